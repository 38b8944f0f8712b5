"""How a server is set up."""

from pathlib import Path

from msgspec import Struct

from kildespor.messages import Lang


class Settings(Struct, frozen=True, kw_only=True):
    """What ``kildespor serve`` is told.

    ``archive`` is as in :meth:`kildespor.archive.Archive.open`. With ``sign_in`` nothing but the sign-in page is shown
    to anybody who is not in ``accounts``; without it requests must name this machine as their host. ``readers`` are
    the processes that read, each at most ``seconds`` an article; ``long`` is for how many seconds other work may take
    its process. ``readings`` and ``requests`` are what one client may ask for in a minute. ``longest`` is the most
    characters of an article that are read, ``largest`` the most bytes of a request.
    """

    archive: Path | str | None = None
    accounts: Path | None = None
    sign_in: bool = False
    registers: tuple[Path, ...] = ()
    allow_private: bool = False
    lang: Lang = "nb"
    readers: int = 2
    seconds: float = 30.0
    long: float = 120.0
    readings: int = 60
    requests: int = 1200
    longest: int = 100_000
    largest: int = 10_000_000

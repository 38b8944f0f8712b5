"""What all requests share: the archive, the readers, what has been read lately, who may ask and how often."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TypeVar, cast

import anyio
from starlette.requests import HTTPConnection

from kildespor.archive import Archive
from kildespor.articles.fetch import fetch
from kildespor.model import Report
from kildespor.sources.register import load_register
from kildespor.web.accounts import Accounts
from kildespor.web.apart import Apart
from kildespor.web.errors import WebError
from kildespor.web.finished import Finished
from kildespor.web.limits import Rate
from kildespor.web.reader import Job, Told
from kildespor.web.readers import Readers
from kildespor.web.recent import Recent
from kildespor.web.sessions import Sessions
from kildespor.web.settings import Settings

ATTEMPTS = 10
"""How often a client may try to sign in, and a name be tried, in a minute."""

FETCHING, ASKING, HASHING, COMPARING = 8, 8, 2, 1
"""Pages fetched, questions put to the archive, secrets checked and texts compared at once; the others wait."""

PATIENCE = 5.0
"""Seconds for which a locked archive is tried again before the user is told."""

T = TypeVar("T")


class Service:
    """The server's rooms, open while it runs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.register = load_register(*settings.registers)
        self.readers = Readers(settings.readers, settings.seconds, settings.registers)
        self.recent = Recent()
        self.finished = Finished()
        self.accounts = Accounts(settings.accounts)
        self.sessions = Sessions()
        self.requests = Rate(settings.requests)
        self.attempts = Rate(ATTEMPTS)
        self._readings = Rate(settings.readings)
        self._fetching = anyio.CapacityLimiter(FETCHING)
        self._asking = anyio.CapacityLimiter(ASKING)
        self._hashing = anyio.CapacityLimiter(HASHING)
        self._comparing = anyio.CapacityLimiter(COMPARING)
        self._apart = Apart(settings.long)
        self._archive: Archive | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the archive, start the readers; close both."""
        with Archive.open(self.settings.archive, patience=PATIENCE) as self._archive:
            async with self.readers.open():
                try:
                    yield
                finally:
                    self._apart.end()

    async def read(self, source: str | bytes, told: Told, client: str, *, file: str | None = None) -> Report:
        """Read a text, an address (a string that is nothing but one) or the bytes of a file for a client.

        Raises :class:`WebError` when the client has asked too often, and what :meth:`Readers.read` and
        :func:`kildespor.articles.fetch.fetch` raise.
        """
        take(self._readings, client)
        longest = self.settings.longest
        if isinstance(source, str) and is_address(source):
            page = await anyio.to_thread.run_sync(
                lambda: fetch(source, allow_private=self.settings.allow_private), limiter=self._fetching
            )
            return await self.readers.read(Job(page, told, longest))
        return await self.readers.read(Job(source, told, longest, file))

    async def apart(self, work: Callable[[], T], client: str, articles: int = 1) -> T:
        """What ``work`` gives, which takes long, in a process of its own; ``articles`` are counted as that many
        readings. Raises :class:`WebError` when the client has asked too often, and what :meth:`Apart.do` raises."""
        take(self._readings, client, articles)
        return await self._apart.do(work)

    async def ask(self, do: Callable[[Archive], T]) -> T:
        """What ``do`` gives of the archive, in a thread of its own."""
        archive = cast(Archive, self._archive)
        return await anyio.to_thread.run_sync(lambda: do(archive), limiter=self._asking)

    async def check(self, do: Callable[[Accounts], T]) -> T:
        """What ``do`` gives of the accounts, in a thread of its own: hashing is slow by design."""
        return await anyio.to_thread.run_sync(lambda: do(self.accounts), limiter=self._hashing)

    async def compare(self, do: Callable[[], T]) -> T:
        """What ``do`` gives of two texts, in a thread of its own: it may keep a processor busy for seconds."""
        return await anyio.to_thread.run_sync(do, limiter=self._comparing)


def service_of(connection: HTTPConnection) -> Service:
    """The service of the server that a request has come to."""
    return cast(Service, connection.app.state.service)


def client_of(connection: HTTPConnection) -> str:
    """Whom a request is counted to: who has signed in, or else the address it comes from."""
    user: str | None = connection.scope.get("user")
    return user or (connection.client.host if connection.client else "")


def take(rate: Rate, client: str, number: int = 1) -> None:
    """Take so many of a rate. Raises :class:`WebError` when they are not there."""
    if seconds := math.ceil(rate.wait(client, number)):
        message = f"That is more than {rate.a_minute} in a minute. Wait {seconds} seconds."
        raise WebError(HTTPStatus.TOO_MANY_REQUESTS, message, seconds)


def is_address(source: str) -> bool:
    """Whether a text is an address and nothing else."""
    return source.lower().startswith(("http://", "https://")) and not any(c.isspace() for c in source)

"""The commands that take articles into an archive: ``add``, ``follow`` and ``reread``; the names and the values are
those of :class:`kildespor.archive.Archive`."""

import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kildespor.cli.options import (
    ArchiveOption,
    ColumnOption,
    Form,
    FormOption,
    LangOption,
    PrivateOption,
    RegisterOption,
    columns_of,
)
from kildespor.cli.output import complain, say
from kildespor.cli.progress import progress
from kildespor.cli.sources import Failed, Unread, is_address, shown
from kildespor.errors import KildesporError, UsageError
from kildespor.export.csv import table
from kildespor.export.json import indented
from kildespor.messages import Words
from kildespor.refusals import said

if TYPE_CHECKING:
    from kildespor.archive import Added
    from kildespor.articles import Failure
    from kildespor.model import Article
    from kildespor.sources.register import Register

PAGE = 50_000
"""Bytes that the bar reckons for an address or standard input beside files, whose sizes are known."""

app = typer.Typer()


@app.command(help="add")
def add(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="add_sources")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    outlet: Annotated[str | None, typer.Option(help="outlet")] = None,
    published: Annotated[str | None, typer.Option(help="published")] = None,
    language: Annotated[str | None, typer.Option(help="language")] = None,
    column: ColumnOption = None,
    register: RegisterOption = None,
    allow_private: PrivateOption = False,
) -> None:
    from kildespor.archive import Archive

    words = Words(lang)
    known = {"outlet": outlet, "published": published, "language": language}
    incoming, telling = _Incoming(sources, known, columns_of(column, words), words), _Telling(form, words)
    with Archive.open(archive) as opened, progress(incoming.total(), words) as step:
        results = opened.add_many(incoming, **known, allow_private=allow_private, register=_register(register))
        for result in results:
            telling.tell(result)
            step(incoming.reached.popleft())
    telling.close()
    telling.check()


@app.command(help="follow")
def follow(
    feeds: Annotated[list[str], typer.Argument(metavar="FEEDS.opml|URL...", help="feeds")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    once: Annotated[bool, typer.Option("--once", help="once")] = False,
    interval: Annotated[float | None, typer.Option(min=0, metavar="SECONDS", help="interval")] = None,
    every: Annotated[float | None, typer.Option(min=0, metavar="SECONDS", help="every")] = None,
    register: RegisterOption = None,
    allow_private: PrivateOption = False,
) -> None:
    words = Words(lang)
    telling, ended = _Telling(form, words, lasting=once), False
    visited: set[str] = set()
    # The signal by which systems stop what runs in the background ends this as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        from kildespor.archive import Archive
        from kildespor.archive.following import addresses
        from kildespor.articles.follow import Feed

        urls = addresses(feed if is_address(feed) else Path(feed) for feed in feeds)
        with Archive.open(archive) as opened, progress(len(urls) if once else None, words) as step:
            for result in opened.follow(
                urls,
                once=once,
                allow_private=allow_private,
                interval=interval,
                every=every,
                register=_register(register),
            ):
                if not isinstance(result, Feed):
                    telling.tell(result)
                    step(len(visited))
                elif result.due > time.time():
                    visited.add(result.url)
                    step(len(visited), articles=0)
        ended = True
    telling.close()
    telling.sum_up()
    if ended:
        telling.check()


@app.command(help="reread")
def reread(
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    register: RegisterOption = None,
) -> None:
    from kildespor.archive import Archive

    words = Words(lang)
    telling = _Telling(form, words)
    with Archive.open(archive, create=False) as opened, progress(opened.outdated(), words) as step:
        for result in opened.reread(register=_register(register)):
            telling.tell(result)
            step()
    telling.close()
    telling.check()


class _Incoming:
    """What the names on a command line stand for, as it is wanted. ``reached`` gets, for each that is given, how much
    of the total is then behind."""

    def __init__(
        self, names: Sequence[str], known: Mapping[str, str | None], columns: Mapping[str, str], words: Words
    ) -> None:
        self.reached: deque[int] = deque()
        self._names = names
        self._known = known
        self._columns = columns
        self._words = words

    def total(self) -> int:
        """How much there is, in bytes or what stands for them; 0 where nobody wants to see it."""
        return sum(map(_size, self._names)) if sys.stderr.isatty() else 0

    def __iter__(self) -> "Iterator[Article | Path | str | Failure]":
        from kildespor.articles.extent import Extent

        before = 0
        for name in self._names:
            extent = Extent()
            for each in self._named(name):
                self.reached.append(before + (PAGE if isinstance(each, str) else extent.reached(each)))
                yield each
            before += _size(name) if sys.stderr.isatty() else 0

    def _named(self, name: str) -> "Iterator[Article | Path | str | Failure]":
        from kildespor.articles import Failure, article_from_bytes, articles_in

        if name == "-":
            try:
                yield article_from_bytes(sys.stdin.buffer.read(), file="-", **self._known)
            except KildesporError as error:
                yield Failure(name, error)
        elif is_address(name):
            yield name
        elif shown(name) != name:
            yield Failure(shown(name), UsageError(self._words("cli.bad_name", name=shown(name))))
        else:
            yield from articles_in(Path(name), self._columns)


def _size(name: str) -> int:
    from kildespor.articles.extent import size_of

    return PAGE if name == "-" or is_address(name) else size_of(Path(name))


class _Telling:
    """Tells of each article when it is in the archive, and of each that cannot be read. ``lasting`` says that the run
    has an end, at which the failures are told again."""

    def __init__(self, form: Form, words: Words, *, lasting: bool = True) -> None:
        self._form = form
        self._words = words
        self._lasting = lasting
        self._outcomes: Counter[str] = Counter()
        self._failed = Failed()

    def tell(self, result: "Added | Failure") -> None:
        """Tell of one."""
        from kildespor.archive import show
        from kildespor.articles import Failure

        if isinstance(result, Failure):
            complain(said(str(result.error), self._words))
            self._outcomes["failed"] += 1
            if self._lasting:
                self._failed.add(result)
            return
        first = not self._told
        match self._form:
            case "text":
                say(show.added_line(result, self._words))
            case "json":
                say(("[\n" if first else ",\n") + indented(result))
            case "csv":
                say((table([show.ADDED_COLUMNS]) if first else "") + show.added_row(result))
        self._outcomes[result.outcome] += 1

    @property
    def _told(self) -> int:
        return self._outcomes.total() - self._outcomes["failed"]

    def close(self) -> None:
        """Bring the output to its end."""
        if self._form == "json":
            say("\n]\n" if self._told else "[]\n")

    def sum_up(self) -> None:
        """Tell on standard error how many there have been of each kind."""
        kinds = ("new", "changed", "known", "failed")
        complain(self._words("archive.summed_up", **{kind: self._outcomes[kind] for kind in kinds}))

    def check(self) -> None:
        """Raises Unread if any article could not be read."""
        if self._failed.n:
            raise Unread(self._failed, self._outcomes.total(), self._words)


def _register(paths: list[Path] | None) -> "Register | None":
    from kildespor.sources.register import load_register

    return load_register(*paths) if paths else None

"""The articles that a command line names: files, addresses and standard input, read in the order given."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, structs

from kildespor.cli.output import complain
from kildespor.errors import KildesporError, UsageError
from kildespor.messages import Words
from kildespor.refusals import said

if TYPE_CHECKING:
    from kildespor.articles import Failure
    from kildespor.model import Report
    from kildespor.sources.register import Register


TOLD = 100
"""Failures that are named once more at the end of a run."""


class Given(Struct, frozen=True):
    """What the options say of the articles, where the articles do not say it."""

    outlet: str | None
    published: str | None
    language: str | None
    url: str | None
    register: "Register | None" = None


class Unread(KildesporError):
    """Some of many sources could not be read; a usage error if none of them could for want of a right call."""

    def __init__(self, failed: "Failed", total: int, words: Words) -> None:
        names = "".join(f"\n  {name}" for name in failed.names)
        if more := failed.n - len(failed.names):
            names += "\n  " + words("cli.failed_more", n=more)
        super().__init__(words("cli.failed", n=failed.n, total=total) + names)
        self.exit_status = failed.exit_status


class Failed:
    """What could not be read, as much of it as is told at the end: a crawl may have millions."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.n = 0
        self.exit_status = UsageError.exit_status

    def add(self, failure: "Failure") -> None:
        """Count one more, named if there are not too many before it."""
        self.n += 1
        self.exit_status = min(self.exit_status, failure.error.exit_status)
        if len(self.names) < TOLD:
            self.names.append(failure.source)


def results(sources: Sequence[str], given: Given, allow_private: bool, words: Words) -> Iterator["Report | Failure"]:
    """Read the sources in the order given."""
    from kildespor.articles import Failure
    from kildespor.reading import read_many

    for way, group in groupby(sources, key=_way):
        match way:
            case "standard input":
                yield from (_from_standard_input(given) for _ in group)
            case "unnamable":
                yield from (
                    Failure(source=shown(name), error=UsageError(words("cli.bad_name", name=shown(name))))
                    for name in group
                )
            case "named":
                named = [source if is_address(source) else Path(source) for source in group]
                yield from read_many(named, **structs.asdict(given), allow_private=allow_private)


def _way(source: str) -> Literal["standard input", "unnamable", "named"]:
    if source == "-":
        return "standard input"
    # A name that is not UTF-8 reaches Python in surrogates, which no form of output can hold.
    return "unnamable" if shown(source) != source else "named"


def shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _from_standard_input(given: Given) -> "Report | Failure":
    from kildespor.articles import Failure, article_from_bytes
    from kildespor.reading import read as read_article

    options = structs.asdict(given)
    register = options.pop("register")
    try:
        return read_article(article_from_bytes(sys.stdin.buffer.read(), file="-", **options), register=register)
    except KildesporError as error:
        return Failure(source="-", error=error)


def reports(results: Iterator["Report | Failure"], failed: Failed, many: bool, words: Words) -> Iterator["Report"]:
    """Pass the reports on. A failure ends a run over one source; of many it is told at once and kept for the end."""
    from kildespor.model import Report

    for result in results:
        if isinstance(result, Report):
            yield result
        elif many:
            complain(said(str(result.error), words))
            failed.add(result)
        else:
            raise result.error

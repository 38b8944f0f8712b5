"""A process that reads articles, one after the other, for the server that has started it.

It stands apart so that an article which takes too long, or brings down a library, can be ended without the server.
"""

import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from kildespor.errors import ArticleError, KildesporError
from kildespor.model import Article, Report

if TYPE_CHECKING:
    from kildespor.articles.fetch import Page


class Told(Struct, frozen=True, kw_only=True):
    """What the user says of an article, as in :func:`kildespor.read`."""

    outlet: str | None = None
    published: str | None = None
    language: str | None = None
    url: str | None = None


class Job(Struct, frozen=True):
    """An article to read: its text, the bytes of a file, or a page that has been fetched. ``longest`` is the most
    characters that are read."""

    source: "str | bytes | Page"
    told: Told
    longest: int
    file: str | None = None

    @property
    def size(self) -> int:
        return len(self.source) if isinstance(self.source, str | bytes) else len(self.source.body)


READY = "ready"


def serve(connection: Connection, registers: tuple[Path, ...]) -> None:
    """Load the model, say that it is there, and answer jobs with reports or errors until the connection ends."""
    # An interrupt at the terminal goes to every process of the group; the server ends its readers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from kildespor.attribution.scorer import shipped
    from kildespor.sources.register import load_register

    try:
        scorer, register = shipped(threads=1), load_register(*registers)
    except KildesporError as error:
        connection.send(error)
        return
    connection.send(READY)

    def answer(job: Job) -> Report | KildesporError:
        from kildespor.reading import read

        try:
            return read(_article(job), register=register, scorer=scorer)
        except KildesporError as error:
            return error

    while True:
        try:
            connection.send(answer(connection.recv()))
        except (EOFError, BrokenPipeError):
            return


def _article(job: Job) -> Article:
    from msgspec import structs

    from kildespor.articles import article_from, article_from_bytes
    from kildespor.articles.article import article_from_page

    told = structs.asdict(job.told)
    if isinstance(job.source, str):
        article = article_from(job.source, **told)
    elif isinstance(job.source, bytes):
        article = article_from_bytes(job.source, file=job.file, **told)
    else:
        article = article_from(article_from_page(job.source), **told)
    if len(article.text) > job.longest:
        raise ArticleError(
            f"The article has {len(article.text)} characters; more than {job.longest} are not read here. Give a part "
            "of it, or read it with the command line."
        )
    return article

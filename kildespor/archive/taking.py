"""Many articles taken in side by side: what is new is read, what is known is not."""

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from threading import Lock

from msgspec import Struct

from kildespor.articles import Failure, article_from
from kildespor.attribution.scorer import Scorer, shipped
from kildespor.errors import ArchiveError, KildesporError, ModelError
from kildespor.model import Article, Report
from kildespor.reading import cores, report, side_by_side
from kildespor.sources.register import Register, shipped_register

Given = Report | Article | Path | str
"""What can be added: a report, or what :func:`kildespor.read` takes."""


class Told(Struct, frozen=True, kw_only=True):
    """What is said of all articles that are added, as for :func:`kildespor.read`."""

    outlet: str | None = None
    published: str | None = None
    language: str | None = None
    url: str | None = None
    allow_private: bool = False
    register: Register | None = None


class Taken(Struct, frozen=True, kw_only=True):
    """An article taken in: its report, or the article alone when it is known and has not been read."""

    came_from: str
    taken: Report | Article


def take_one(source: Given, told: Told, known: Callable[[Article], bool], scorer: Callable[[], Scorer]) -> Taken:
    """Take in one source. A report passes through; an article that is ``known`` is not read, so that the model that
    ``scorer`` loads may not be needed. Raises what :func:`kildespor.read` raises."""
    name = name_of(source)
    if isinstance(source, Report):
        return Taken(came_from=name, taken=source)
    article = article_from(
        source,
        outlet=told.outlet,
        published=told.published,
        language=told.language,
        url=told.url,
        allow_private=told.allow_private,
    )
    if known(article):
        return Taken(came_from=name, taken=article)
    return Taken(came_from=name, taken=report(article, scorer(), told.register or shipped_register()))


def take_or_tell(
    source: Given | Failure, told: Told, known: Callable[[Article], bool], scorer: Callable[[], Scorer]
) -> Taken | Failure:
    """The same for one of many: what cannot be read is a Failure, unless those after it would fail as well. A Failure
    passes through."""
    if isinstance(source, Failure):
        return source
    try:
        return take_one(source, told, known, scorer)
    except (ArchiveError, ModelError):
        raise
    except KildesporError as error:
        return Failure(name_of(source), error)


def take(
    sources: Iterable[Given | Failure], told: Told, known: Callable[[Article], bool]
) -> Generator[Taken | Failure, None, None]:
    """Take in sources, one a core at a time; there is a result for each, in the order given, as they are ready.
    However many sources there are, only a few are in hand. To be closed: its threads are to be waited for by the one
    that began them."""
    workers = cores()
    threads, loading = 1 if workers > 1 else 0, Lock()

    def scorer() -> Scorer:
        with loading:
            return shipped(threads=threads)

    yield from side_by_side(lambda source: take_or_tell(source, told, known, scorer), sources, workers)


def name_of(source: Given) -> str:
    """Where an article comes from: the path or address given, or that of the article."""
    if isinstance(source, Report):
        source = source.article
    if isinstance(source, Article):
        return source.file or source.url or source.id
    text = str(source)
    return text if isinstance(source, Path) or len(text) < 200 else text[:50].strip() + " …"

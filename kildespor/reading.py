"""One article read: the whole way from a source of text to a report."""

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec import structs

from kildespor.articles import Failure, article_from
from kildespor.articles.article import name_of
from kildespor.attribution.attribute import attribute
from kildespor.attribution.scorer import Scorer, shipped
from kildespor.attribution.statements import statements
from kildespor.chapters import Part, bound, chapters
from kildespor.dates import find_dates, when_said
from kildespor.errors import KildesporError
from kildespor.language.identify import identify
from kildespor.model import Article, Attribution, DateExpression, Language, Report, Span
from kildespor.sources.people import people
from kildespor.sources.register import Register, shipped_register
from kildespor.sources.resolve import resolve
from kildespor.sources.sources import with_sources

S = TypeVar("S")
T = TypeVar("T")

AHEAD = 4
"""Articles in hand for each that is being read, so that none waits and memory stays bounded."""


def read(
    source: Article | Path | str,
    *,
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
    allow_private: bool = False,
    register: Register | None = None,
    scorer: Scorer | None = None,
) -> Report:
    """Read one article: who says what in it, according to whom, through whom.

    ``source`` is an :class:`Article`, a path, an ``http(s)`` address or the text itself. ``outlet``, ``published``
    (EDTF), ``language`` and ``url`` say what the text does not. ``allow_private`` lets an address be of this machine or
    network. ``register`` and ``scorer`` stand in for the shipped register of outlets and the shipped model.

    Raises a :class:`KildesporError` that names the thing and the mend.
    """
    article = article_from(
        source, outlet=outlet, published=published, language=language, url=url, allow_private=allow_private
    )
    return report(article, scorer or shipped(), register or shipped_register())


def report(article: Article, scorer: Scorer, register: Register) -> Report:
    """The report of an article that has been taken in."""
    language = article.language or identify(article.text, name_of(article.file, article.url))
    article = structs.replace(article, language=language)
    dates = find_dates(article.text, published=article.published, language=language)
    read = bound(
        (start, _part(structs.replace(article, text=article.text[start:end]), language, scorer, register))
        for start, end in chapters(article.text)
    )
    attributions = tuple(structs.replace(a, when=_when(a, read.sentences, dates)) for a in read.attributions)
    return Report(
        model=scorer.name,
        article=article,
        attributions=attributions,
        statements=statements(article.text, read.sentences, attributions),
        sources=read.sources,
        dates=dates,
    )


def _part(chapter: Article, language: Language, scorer: Scorer, register: Register) -> Part:
    """One chapter of an article, read by itself."""
    scored = scorer.score(chapter.text)
    who = people(scored, scorer.tags, register, language)
    resolved = resolve(attribute(scored, language), who, language, register)
    attributions, sources = with_sources(resolved, who, chapter, language, register)
    return Part(attributions, sources, scored.encoded.segments.sentences)


def _when(a: Attribution, sentences: Sequence[Span], dates: Sequence[DateExpression]) -> str | None:
    anchor = (a.cue or a.source or a.content)[0][0]
    sentence = sentences[bisect_right(sentences, anchor, key=lambda s: s[0]) - 1]
    return when_said(a.content, a.cue, a.source, sentence, dates)


def read_many(
    sources: Sequence[Path | str],
    *,
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    url: str | None = None,
    allow_private: bool = False,
    register: Register | None = None,
) -> Iterator[Report | Failure]:
    """Read many sources side by side, one a core; reports and failures come in the order given, as they are ready."""
    workers = max(1, min(cores(), len(sources)))
    scorer = shipped(threads=1 if workers > 1 else 0)

    def one(source: Path | str) -> Report | Failure:
        try:
            return read(
                source,
                outlet=outlet,
                published=published,
                language=language,
                url=url,
                allow_private=allow_private,
                register=register,
                scorer=scorer,
            )
        except KildesporError as error:
            return Failure(str(source), error)

    return side_by_side(one, sources, workers)


def side_by_side(do: Callable[[S], T], sources: Iterable[S], workers: int) -> Iterator[T]:
    """Do something for each source in ``workers`` threads; results come in order. However many sources there are, only
    a few are in hand."""
    with ThreadPoolExecutor(workers) as pool:
        waiting = iter(sources)
        running: list[Future[T]] = [pool.submit(do, s) for s in islice(waiting, AHEAD * workers)]
        try:
            while running:
                yield running.pop(0).result()
                running += [pool.submit(do, s) for s in islice(waiting, 1)]
        finally:
            for future in running:
                future.cancel()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

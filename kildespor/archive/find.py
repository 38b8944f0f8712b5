"""Attributions found again: what is asked, and the page that answers."""

from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, exists, or_, select

from kildespor.archive import derive, tables, words
from kildespor.archive.corrections import Verdict
from kildespor.archive.match import Selection, Sought, matching
from kildespor.archive.rows import Line
from kildespor.archive.store import Version, versions
from kildespor.errors import UsageError
from kildespor.model import Act, Attribution, Kind, Language
from kildespor.sources.register import Control

Order = Literal["newest", "best"]
Within = Literal["content", "article"]

TOGETHER = 100
"""Reports held at once while a long page is put together."""

A, V, S, R = tables.attributions.c, tables.versions.c, tables.sources.c, tables.relays.c


class Query(Struct, frozen=True, kw_only=True):
    """What is sought; None leaves it open. ``words``, ``source`` and ``relay`` are searches as in
    :mod:`kildespor.archive.words`, ``since`` and ``until`` EDTF. ``control`` is that of the source or a relay."""

    words: str | None = None
    within: Within = "content"
    source: str | None = None
    relay: str | None = None
    outlet: str | None = None
    kind: Kind | None = None
    act: Act | None = None
    hearsay: bool | None = None
    control: Control | None = None
    since: str | None = None
    until: str | None = None
    order: Order = "newest"
    limit: int = 20
    offset: int = 0


class Finding(Struct, frozen=True, kw_only=True):
    """An attribution with the article it stands in (``article`` is its id in the archive) and its words.

    ``source`` is its entity, ``relays`` those of its relays, innermost first. ``correction`` says what a person has
    judged; what is rejected is not found.
    """

    article: str
    title: str | None
    outlet: str | None
    url: str | None
    file: str | None
    published: str | None
    language: Language | None
    content: str
    source: str | None
    relays: tuple[str, ...]
    correction: Verdict | None
    attribution: Attribution


class Page(Struct, frozen=True, kw_only=True):
    """Findings from ``offset`` on; ``more`` says that others follow."""

    findings: tuple[Finding, ...]
    offset: int
    more: bool


def search(connection: Connection, query: Query) -> Page:
    """The page of findings that a query asks for. Raises UsageError when it cannot be asked."""
    if query.limit < 1 or query.offset < 0:
        raise UsageError("A page has a limit of at least 1 and an offset of at least 0.")
    hits = connection.execute(_select(connection, query)).all()
    shown = hits[: query.limit]
    findings: list[Finding] = []
    for first in range(0, len(shown), TOGETHER):
        some = shown[first : first + TOGETHER]
        found = versions(connection, {hit.version_id for hit in some})
        findings += (_finding(hit, found[hit.version_id]) for hit in some)
    return Page(findings=tuple(findings), offset=query.offset, more=len(hits) > query.limit)


def _finding(hit: Line, version: Version) -> Finding:
    attribution = next(a for a in version.report.attributions if a.id == hit.key)
    article = version.report.article
    return Finding(
        article=version.article,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        file=article.file,
        published=article.published,
        language=article.language,
        content=derive.words_of(article.text, attribution.content),
        source=attribution.entity,
        relays=tuple(r.entity or derive.words_of(article.text, r.source) for r in attribution.relays),
        correction=hit.correction,
        attribution=attribution,
    )


def _select(connection: Connection, query: Query) -> Selection:
    inside = query.within == "article"
    sought = Sought(
        content=None if inside else query.words,
        source=query.source,
        relay=query.relay,
        article=query.words if inside else None,
    )
    found = select(A.version_id, A.key, A.correction).select_from(tables.attributions).where(*_filters(query))
    best, wanted = query.order == "best" and bool(query.words), query.offset + query.limit
    found = matching(connection, found, sought, best=best, wanted=wanted)
    return found.order_by(A.time.desc(), A.id.desc()).limit(query.limit + 1).offset(query.offset)


def _filters(query: Query) -> list[ColumnElement[bool]]:
    filters = [
        column == value
        for column, value in (
            (A.outlet_key, words.key(query.outlet) if query.outlet else None),
            (A.kind, query.kind),
            (A.act, query.act),
            (A.hearsay, query.hearsay),
        )
        if value is not None
    ]
    if query.control:
        own = exists().where(S.id == A.source_id, S.control == query.control)
        relayed = exists().where(R.attribution_id == A.id, S.id == R.source_id, S.control == query.control)
        filters.append(or_(own, relayed))
    if query.since:
        filters.append(A.time >= _checked(derive.earliest(query.since), "since", query.since))
    if query.until:
        filters.append(A.time <= _checked(derive.latest(query.until), "until", query.until))
    return filters


def _checked(moment: Any, name: str, given: str) -> Any:
    if moment is None:
        raise UsageError(f"{name}: “{given}” is no day. Write it like 2023-03-14, 2023-03 or 2023.")
    return moment

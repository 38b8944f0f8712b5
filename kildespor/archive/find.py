"""Attributions found again: what is asked, and the page that answers."""

from typing import Any, Literal, TypedDict

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, exists, or_, select

from kildespor.archive import derive, tables, words
from kildespor.archive.corrections import Verdict
from kildespor.archive.match import Selection, Sought, matching
from kildespor.archive.rows import Line
from kildespor.archive.store import Version, versions
from kildespor.errors import UsageError
from kildespor.export.chain import words_of
from kildespor.model import Act, Attribution, Kind, Language
from kildespor.sources.register import Control

Order = Literal["newest", "best"]
Within = Literal["content", "article"]

PAGE = 20
"""Findings on a page when nobody says how many."""

TOGETHER = 100
"""Reports held at once while a long page is put together."""

A, V, S, R = tables.attributions.c, tables.versions.c, tables.sources.c, tables.relays.c


class Query(TypedDict, total=False):
    """What is sought; what is left out or None is left open.

    ``words`` stand in the content or, ``within`` the article, in its text; ``source`` and ``relay`` are words of their
    names. Words must all be there; ``"in quotation marks"`` they stand together, and ``streik*`` is every word that
    begins so (:mod:`kildespor.archive.words`). ``outlet`` is the whole name. ``control`` is that of the source or a
    relay by the register. ``since`` and ``until`` are EDTF (``2023-03-14``, ``2023-03``); an article counts by the
    earliest day that its date can mean, without one by when it was added. ``order`` is newest first, which is the
    default, or, with ``words``, best first (bm25 on SQLite, ts_rank on PostgreSQL). A page is of ``limit`` findings,
    else 20, from ``offset`` on.
    """

    words: str | None
    within: Within | None
    source: str | None
    relay: str | None
    outlet: str | None
    kind: Kind | None
    act: Act | None
    hearsay: bool | None
    control: Control | None
    since: str | None
    until: str | None
    order: Order | None
    limit: int
    offset: int


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
    _check(query)
    limit, offset = query.get("limit", PAGE), query.get("offset", 0)
    hits = connection.execute(_select(connection, query, limit, offset)).all()
    shown = hits[:limit]
    findings: list[Finding] = []
    for first in range(0, len(shown), TOGETHER):
        some = shown[first : first + TOGETHER]
        found = versions(connection, {hit.version_id for hit in some})
        findings += (_finding(hit, found[hit.version_id]) for hit in some)
    return Page(findings=tuple(findings), offset=offset, more=len(hits) > limit)


def _check(query: Query) -> None:
    if unknown := query.keys() - Query.__annotations__.keys():
        raise UsageError(f"{', '.join(unknown)}: nothing is sought by that, but by {', '.join(Query.__annotations__)}.")
    try:
        msgspec.convert(query, Query)
    except msgspec.ValidationError as error:
        raise UsageError(f"This cannot be sought: {error}.") from None
    if query.get("limit", PAGE) < 1 or query.get("offset", 0) < 0:
        raise UsageError("A page has a limit of at least 1 and an offset of at least 0.")


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
        content=words_of(article.text, attribution.content),
        source=attribution.entity,
        relays=tuple(r.entity or words_of(article.text, r.source) for r in attribution.relays),
        correction=hit.correction,
        attribution=attribution,
    )


def _select(connection: Connection, query: Query, limit: int, offset: int) -> Selection:
    words_sought = query.get("words")
    inside = query.get("within") == "article"
    sought = Sought(
        content=None if inside else words_sought,
        source=query.get("source"),
        relay=query.get("relay"),
        article=words_sought if inside else None,
    )
    found = select(A.version_id, A.key, A.correction).select_from(tables.attributions).where(*_filters(query))
    best = query.get("order") == "best" and bool(words_sought)
    found = matching(connection, found, sought, best=best, wanted=offset + limit)
    return found.order_by(A.time.desc(), A.id.desc()).limit(limit + 1).offset(offset)


def _filters(query: Query) -> list[ColumnElement[bool]]:
    outlet, control = query.get("outlet"), query.get("control")
    filters = [
        column == value
        for column, value in (
            (A.outlet_key, words.key(outlet) if outlet else None),
            (A.kind, query.get("kind")),
            (A.act, query.get("act")),
            (A.hearsay, query.get("hearsay")),
        )
        if value is not None
    ]
    if control:
        own = exists().where(S.id == A.source_id, S.control == control)
        relayed = exists().where(R.attribution_id == A.id, S.id == R.source_id, S.control == control)
        filters.append(or_(own, relayed))
    if since := query.get("since"):
        filters.append(A.time >= _checked(derive.earliest(since), "since", since))
    if until := query.get("until"):
        filters.append(A.time <= _checked(derive.latest(until), "until", until))
    return filters


def _checked(moment: Any, name: str, given: str) -> Any:
    if moment is None:
        raise UsageError(f"{name}: “{given}” is no day. Write it like 2023-03-14, 2023-03 or 2023.")
    return moment

"""An archive in figures: what a source is reported to have said, and what an outlet rests on."""

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, extract, func, select

from kildespor.archive import tables, words
from kildespor.archive.derive import RESTS_ON, RestsOn
from kildespor.archive.find import Page, Query, search
from kildespor.archive.match import Selection, Sought, matching
from kildespor.articles.credit import PICTURE

A, V, R = tables.attributions.c, tables.versions.c, tables.relays.c

FOREMOST = 20
"""Names in a ranking; what comes after is in the long tail, and in ``search``."""


class Count(Struct, frozen=True):
    """How often a name occurs."""

    name: str
    n: int


class SourceFigures(Struct, frozen=True, kw_only=True):
    """Everything that a source is reported to have said. ``names`` are the entities that the words asked for have
    found, so that namesakes show; ``relaying`` counts the attributions that it relays itself. Each ranking is of
    attributions, most first."""

    asked: str
    names: tuple[Count, ...]
    attributions: int
    articles: int
    relaying: int
    kinds: tuple[Count, ...]
    acts: tuple[Count, ...]
    polarities: tuple[Count, ...]
    outlets: tuple[Count, ...]
    relays: tuple[Count, ...]
    page: Page


class OutletFigures(Struct, frozen=True, kw_only=True):
    """What an outlet rests on. ``rests_on`` counts attributions from *own* sources, other *media*, an *agency* or
    *nobody*; ``own_voice`` the sentences it says itself; ``credited`` the articles that credit each agency."""

    outlet: str
    articles: int
    attributions: int
    own_voice: int
    hearsay: int
    rests_on: dict[RestsOn, int]
    source_kinds: tuple[Count, ...]
    sources: tuple[Count, ...]
    relays: tuple[Count, ...]
    credited: tuple[Count, ...]


def source(connection: Connection, name: str, limit: int, offset: int) -> SourceFigures:
    """The figures of the source whose name has the words of ``name``, with a page of what it has said."""

    def selected(*columns: Any, said: bool = True) -> Selection:
        sought = Sought(source=name) if said else Sought(relay=name)
        return matching(connection, select(*columns).select_from(tables.attributions), sought)

    def ranking(column: ColumnElement[Any]) -> tuple[Count, ...]:
        return _ranking(connection, selected(column, func.count()), column)

    through = matching(
        connection,
        select(R.entity, func.count()).join_from(tables.attributions, tables.relays),
        Sought(source=name),
    )
    outlets = selected(V.outlet, func.count()).join(tables.versions, V.id == A.version_id)
    return SourceFigures(
        asked=name,
        names=ranking(A.entity),
        attributions=_number(connection, selected(func.count())),
        articles=_number(connection, selected(func.count(A.version_id.distinct()))),
        relaying=_number(connection, selected(func.count(), said=False)),
        kinds=ranking(A.kind),
        acts=ranking(A.act),
        polarities=ranking(A.polarity),
        outlets=_ranking(connection, outlets, V.outlet),
        relays=_ranking(connection, through, R.entity),
        page=search(connection, Query(source=name, limit=limit, offset=offset)),
    )


def months(connection: Connection, name: str) -> dict[tuple[int, int], int]:
    """How many attributions a source has in each (year, month) whose articles' time is known."""
    year, month = extract("year", A.time), extract("month", A.time)
    counted = select(year, month, func.count()).join_from(tables.attributions, tables.versions)
    counted = counted.where(V.published.is_not(None)).group_by(year, month)
    found = connection.execute(matching(connection, counted, Sought(source=name)))
    return {(int(y), int(m)): n for y, m, n in found}


def outlet(connection: Connection, name: str) -> OutletFigures:
    """The figures of the outlet of that name; case does not count."""
    key = words.key(name)
    own, articles = A.outlet_key == key, (V.outlet_key == key) & V.current

    def ranking(column: ColumnElement[Any]) -> tuple[Count, ...]:
        return _ranking(connection, select(column, func.count()).where(own), column)

    through = select(R.entity, func.count()).join_from(tables.attributions, tables.relays).where(own)
    counted = select(A.rests_on, func.count()).where(own).group_by(A.rests_on)
    found = {basis: n for basis, n in connection.execute(counted)}
    named = connection.scalar(select(V.outlet).where(articles).order_by(V.time.desc()).limit(1))
    return OutletFigures(
        outlet=named or name,
        articles=_number(connection, select(func.count()).where(articles)),
        attributions=sum(found.values()),
        own_voice=_number(connection, select(func.coalesce(func.sum(V.own_voice), 0)).where(articles)),
        hearsay=_number(connection, select(func.count()).where(own, A.hearsay)),
        rests_on={basis: found.get(basis, 0) for basis in RESTS_ON},
        source_kinds=ranking(A.source_kind),
        sources=ranking(A.entity),
        relays=_ranking(connection, through, R.entity),
        credited=_credited(connection, articles),
    )


def _ranking(connection: Connection, counted: Selection, column: ColumnElement[Any]) -> tuple[Count, ...]:
    ranked = counted.where(column.is_not(None)).group_by(column).order_by(func.count().desc(), column).limit(FOREMOST)
    return tuple(Count(name, n) for name, n in connection.execute(ranked))


def _credited(connection: Connection, articles: ColumnElement[bool]) -> tuple[Count, ...]:
    credits = select(V.credit, func.count()).where(articles, V.credit != "").group_by(V.credit)
    counts: dict[str, int] = {}
    for credit, n in connection.execute(credits):
        for name in credit.split("; "):
            if not name.startswith(PICTURE):
                counts[name] = counts.get(name, 0) + n
    return tuple(Count(name, n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _number(connection: Connection, counted: Selection) -> int:
    return int(connection.scalar(counted) or 0)

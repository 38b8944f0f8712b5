"""The figures: counts of attributions by outlet, year and source, and how they gather on few.

An attribution rests on the last medium or agency in its chain, the article's own outlet apart; without one, on nobody
when no source is stated, and else on a source of the outlet's own. A source is one by its key in the register, or else
by its name, case and spacing apart: namesakes count as one, and so does nobody under two names.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct

from kildespor.errors import UsageError
from kildespor.stats.opened import opened

_SQL = Path(__file__).with_suffix(".sql")

_COUNTS = """
    count(*) FILTER (kind = 'direct'), count(*) FILTER (kind = 'indirect'), count(*) FILTER (kind = 'mixed'),
    count(*) FILTER (rests_on = 'own'), count(*) FILTER (rests_on = 'outlet'), count(*) FILTER (rests_on = 'agency'),
    count(*) FILTER (rests_on = 'nobody'), count(*) FILTER (source_kind = 'unnamed'), count(*) FILTER (hearsay),
    count(DISTINCT who)
"""


class Group(Struct, frozen=True, kw_only=True):
    """The attributions of an outlet, a year or both; None where it is not known, or all are taken together.

    ``own``, ``media``, ``agency`` and ``nobody`` are what they rest on, ``unnamed`` those whose source is described
    and not named, ``sources`` how many named ones there are.
    """

    outlet: str | None = None
    year: str | None = None
    articles: int
    attributions: int
    direct: int
    indirect: int
    mixed: int
    own: int
    media: int
    agency: int
    nobody: int
    unnamed: int
    hearsay: int
    sources: int


class Quoted(Struct, frozen=True, kw_only=True):
    """A named source, under the name that it has most often: its attributions, and in how many articles and outlets.
    ``relayed`` are those that rest on another medium or an agency."""

    name: str
    type: str | None
    attributions: int
    direct: int
    indirect: int
    mixed: int
    relayed: int
    articles: int
    outlets: int


class Concentration(Struct, frozen=True, kw_only=True):
    """How the attributions of named sources are shared among them, for an outlet or for all.

    ``half`` is the least number of sources that have half of the attributions; ``gini`` is 0 when all have as many and
    nears 1 when one has all (Gini 1912); ``curve`` is what it is taken from: pairs (n, m), m sources with n
    attributions each.
    """

    outlet: str | None = None
    sources: int
    attributions: int
    half: int
    gini: float
    curve: tuple[tuple[int, int], ...]


class Stats(Struct, frozen=True, kw_only=True):
    """All figures: in all, by outlet, by outlet and year (most attributions first, years in order), who is quoted, and
    how concentrated that is, first of all outlets together."""

    total: Group
    outlets: tuple[Group, ...]
    years: tuple[Group, ...]
    sources: tuple[Quoted, ...]
    concentration: tuple[Concentration, ...]


def stats(where: Path | str | None, *, outlet: str | None = None, year: str | None = None, limit: int = 20) -> Stats:
    """The figures of a folder that ``kildespor batch`` or ``kildespor export`` has written, or of an archive; None is
    the user's own, as in :meth:`kildespor.archive.Archive.open`.

    ``outlet`` (its whole name, case apart) and ``year`` leave the rest out of all figures; ``limit`` is how many
    outlets and sources are given. A year is the first that a date can mean.

    Raises UsageError when there are no such tables or ``year`` is none, ArchiveError as the archive does.
    """
    if year is not None and not re.fullmatch(r"\d{4}", year, re.ASCII):
        raise UsageError(f"“{year}” is no year. Write it like 2024.")
    with opened(where) as connection:
        connection.execute(_SQL.read_text(encoding="utf-8"))
        for table in ("published", "said"):
            connection.execute(
                f"DELETE FROM {table} WHERE ($outlet IS NOT NULL AND key_of(outlet) IS DISTINCT FROM key_of($outlet)) "
                "OR ($year IS NOT NULL AND year IS DISTINCT FROM $year)",
                {"outlet": outlet, "year": year},
            )
        outlets = _groups(connection, ["outlet"])[:limit]
        shown = {group.outlet for group in outlets}
        years = tuple(group for group in _groups(connection, ["outlet", "year"]) if group.outlet in shown)
        return Stats(
            total=_groups(connection, [])[0],
            outlets=outlets,
            years=tuple(sorted(years, key=lambda g: ([o.outlet for o in outlets].index(g.outlet), g.year or "9999"))),
            sources=_sources(connection, limit),
            concentration=_concentration(connection, [group.outlet for group in outlets]),
        )


def _groups(connection: duckdb.DuckDBPyConnection, by: Sequence[str]) -> tuple[Group, ...]:
    columns = "".join(f"{column}, " for column in by)
    grouped = f"GROUP BY {', '.join(by)}" if by else ""
    articles = _rows(connection, f"SELECT {columns} count(*) FROM published {grouped}")
    counts = {tuple(row[: len(by)]): row[len(by) :] for row in _said(connection, columns, grouped)}
    none = (0,) * 11
    found = []
    for *keys, n in articles:
        total, direct, indirect, mixed, own, media, agency, nobody, unnamed, hearsay, sources = counts.get(
            tuple(keys), none
        )
        found.append(
            Group(
                **dict(zip(by, keys, strict=True)),
                articles=n,
                attributions=total,
                direct=direct,
                indirect=indirect,
                mixed=mixed,
                own=own,
                media=media,
                agency=agency,
                nobody=nobody,
                unnamed=unnamed,
                hearsay=hearsay,
                sources=sources,
            )
        )
    return tuple(sorted(found, key=lambda g: (-g.attributions, -g.articles, g.outlet or "", g.year or "")))


def _said(connection: duckdb.DuckDBPyConnection, columns: str, grouped: str) -> list[tuple[Any, ...]]:
    return _rows(connection, f"SELECT {columns} count(*), {_COUNTS} FROM said {grouped}")


def _sources(connection: duckdb.DuckDBPyConnection, limit: int) -> tuple[Quoted, ...]:
    rows = _rows(
        connection,
        f"""
        SELECT mode(name ORDER BY name), mode(type ORDER BY type), count(*), count(*) FILTER (kind = 'direct'),
            count(*) FILTER (kind = 'indirect'), count(*) FILTER (kind = 'mixed'),
            count(*) FILTER (rests_on IN ('outlet', 'agency')), count(DISTINCT article_id), count(DISTINCT outlet)
        FROM said WHERE who IS NOT NULL GROUP BY who ORDER BY count(*) DESC, who LIMIT {limit}
        """,
    )
    return tuple(
        Quoted(
            name=name,
            type=type_,
            attributions=n,
            direct=direct,
            indirect=indirect,
            mixed=mixed,
            relayed=relayed,
            articles=articles,
            outlets=outlets,
        )
        for name, type_, n, direct, indirect, mixed, relayed, articles, outlets in rows
    )


def _concentration(connection: duckdb.DuckDBPyConnection, outlets: Sequence[str | None]) -> tuple[Concentration, ...]:
    whole = "SELECT n, count(*) FROM (SELECT count(*) AS n FROM said WHERE who IS NOT NULL {} GROUP BY who) GROUP BY n"
    of_all = concentration(None, _rows(connection, whole.format("") + " ORDER BY n"))
    of_outlet = whole.format("AND outlet = $1") + " ORDER BY n"
    named = (outlet for outlet in outlets if outlet is not None)
    return of_all, *(concentration(outlet, _rows(connection, of_outlet, [outlet])) for outlet in named)


def concentration(outlet: str | None, curve: Sequence[tuple[int, int]]) -> Concentration:
    """The concentration of a curve: pairs (n, m), n rising, where m sources have n attributions each."""
    sources, attributions = sum(m for _, m in curve), sum(n * m for n, m in curve)
    half, taken = 0, 0
    for n, m in reversed(curve):
        # As many of those with n each as are needed to reach half.
        some = min(m, -(-max(attributions - 2 * taken, 0) // (2 * n)))
        half, taken = half + some, taken + some * n
    # Twice the area under the curve of Lorenz (1905), by trapezia.
    under, below = 0.0, 0
    for n, m in curve:
        under, below = under + m * (2 * below + n * m), below + n * m
    gini = 1 - under / (sources * attributions) if attributions else 0.0
    return Concentration(
        outlet=outlet,
        sources=sources,
        attributions=attributions,
        half=half,
        gini=round(gini, 4),
        curve=tuple(curve),
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None) -> list[Any]:
    return connection.execute(query, parameters or []).fetchall()

"""The words of a search as conditions on attributions: FTS5 on SQLite, tsvector on PostgreSQL."""

from math import isqrt
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, TableClause, column, exists, func, select, table, text

from kildespor.archive import tables, words
from kildespor.archive.rows import SIMPLE

A, V = tables.attributions.c, tables.versions.c

# FTS5's hidden columns: the row, and how well it fits (bm25, less is better).
ATTRIBUTION_WORDS = table("attribution_words", column("rowid"), column("rank"))
ARTICLE_WORDS = table("article_words", column("rowid"), column("rank"))

PROBE = 33
"""What it costs SQLite to ask FTS5 of one attribution whether it is a hit, in attributions fetched by their row."""

BEHIND = {ATTRIBUTION_WORDS.name: 1, ARTICLE_WORDS.name: 25}
"""Attributions that a hit stands for."""

Selection = Select[*tuple[Any, ...]]

SHORTER = 1
"""ts_rank's flag by which the same words count for more in a shorter text, as they do for bm25."""


class Sought(Struct, frozen=True):
    """Searches by where the words must stand: in an attribution's content, its source's or a relay's name, or in the
    article."""

    content: str | None = None
    source: str | None = None
    relay: str | None = None
    article: str | None = None


def matching(
    connection: Connection, attributions: Selection, sought: Sought, *, best: bool = False, wanted: int | None = None
) -> Selection:
    """The selection narrowed to what is sought; with ``best`` ordered by how well the content or article fits.
    ``wanted`` says that only so many are, in an order of their own; None, that all are."""
    if connection.dialect.name == "postgresql":
        return _postgresql(attributions, sought, best)
    return _sqlite(connection, attributions, sought, best, wanted)


def _postgresql(attributions: Selection, sought: Sought, best: bool) -> Selection:
    weighted = ((sought.content, "A"), (sought.source, "B"), (sought.relay, "C"))
    query = " & ".join(words.tsquery(search, weight) for search, weight in weighted if search is not None)
    if query:
        attributions = attributions.where(A.words.op("@@")(_tsquery(query)))
        if best and sought.article is None:
            attributions = attributions.order_by(func.ts_rank(A.words, _tsquery(query), SHORTER).desc())
    if sought.article is not None:
        article = _tsquery(words.tsquery(sought.article))
        attributions = attributions.where(A.version_id.in_(select(V.id).where(V.words.op("@@")(article))))
        if best:
            rank = select(func.ts_rank(V.words, article, SHORTER)).where(V.id == A.version_id).scalar_subquery()
            attributions = attributions.order_by(rank.desc())
    return attributions


def _tsquery(query: str) -> Any:
    return func.to_tsquery(SIMPLE, query)


def _sqlite(
    connection: Connection, attributions: Selection, sought: Sought, best: bool, wanted: int | None
) -> Selection:
    columns = (("content", sought.content), ("source", sought.source), ("relay", sought.relay))
    queries = (
        (
            ATTRIBUTION_WORDS,
            A.id,
            " AND ".join(words.fts5(search, name) for name, search in columns if search is not None),
        ),
        (ARTICLE_WORDS, A.version_id, words.fts5(sought.article) if sought.article is not None else ""),
    )
    ranked = ARTICLE_WORDS if sought.article is not None else ATTRIBUTION_WORDS
    for fts, key, query in queries:
        if query and best and fts is ranked:
            attributions = attributions.join(fts, fts.c.rowid == key).where(_match(fts, query)).order_by(fts.c.rank)
        elif query:
            attributions = attributions.where(_is_hit(connection, fts, key, query, wanted))
    return attributions


def _is_hit(
    connection: Connection, fts: TableClause, key: ColumnElement[int], query: str, wanted: int | None
) -> ColumnElement[bool]:
    """That an attribution is a hit. Rare hits are fetched and brought into order; of common ones enough are met soon
    when each attribution in the order wanted is asked whether it is one, which costs more each, but is not of all."""
    hits = select(fts.c.rowid).where(_match(fts, query))
    if wanted is None:
        return key.in_(hits)
    # With n hits among all, n fetched cost as much as (wanted * all / n) asked when n is this.
    everything = connection.scalar(select(func.max(A.id))) or 0
    even = isqrt(PROBE * wanted * everything) // BEHIND[fts.name] + 1
    common = connection.scalar(select(func.count()).select_from(hits.limit(even).subquery())) == even
    return exists(hits.where(fts.c.rowid == key)) if common else key.in_(hits)


def _match(fts: TableClause, query: str) -> ColumnElement[bool]:
    return text(f"{fts.name} MATCH :{fts.name}_query").bindparams(**{f"{fts.name}_query": query})  # type: ignore[return-value]

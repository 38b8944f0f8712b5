"""The rows that are searched, made of a version and its corrected report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, insert, literal_column, text
from sqlalchemy.dialects import postgresql, sqlite

from kildespor.archive import derive, tables, words
from kildespor.archive.corrections import Correction
from kildespor.archive.story_tables import placed, story_keys
from kildespor.export.chain import GAP, words_of
from kildespor.model import Attribution, Report, Source

Line = Row[*tuple[Any, ...]]
"""A row of any columns."""

SIMPLE: Any = literal_column("'simple'::regconfig")
"""PostgreSQL's configuration that neither stems nor drops words: the articles are in five languages."""


def insert_unless_there(connection: Connection, table: Table, row: dict[str, Any]) -> int | None:
    """The id of the new row; None where one with the same unique value is there."""
    new = _into(connection, table).values(row).on_conflict_do_nothing().returning(table.c.id)
    return connection.scalar(new)  # type: ignore[no-any-return]


def put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row, or put it in the place of the one with the same primary key."""
    connection.execute(
        _into(connection, table).values(row).on_conflict_do_update(index_elements=table.primary_key, set_=row)
    )


def _into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_version(connection: Connection, row: dict[str, Any], report: Report) -> int | None:
    """The id of the new version, its words searchable; None where one of the same content is there."""
    title, body = report.article.title or "", report.article.text
    if connection.dialect.name == "postgresql":
        weighted = [_weighted(words.lexemes(title), "A"), _weighted(words.lexemes(body), "B")]
        return insert_unless_there(connection, tables.versions, row | {"words": weighted[0].op("||")(weighted[1])})
    version_id = insert_unless_there(connection, tables.versions, row)
    if version_id is not None:
        into = text("INSERT INTO article_words(rowid, title, body) VALUES (:id, :title, :body)")
        connection.execute(into, {"id": version_id, "title": title, "body": body})
    return version_id


def _weighted(value: Any, weight: str) -> Any:
    return func.setweight(func.to_tsvector(SIMPLE, value), literal_column(f"'{weight}'::\"char\""))


def delete_rows(connection: Connection, version_id: int) -> None:
    """Delete what is searched of a version."""
    for table in (tables.attributions, tables.sources, tables.dates):
        connection.execute(delete(table).where(table.c.version_id == version_id))


def leave_story(connection: Connection, version_id: int) -> None:
    """Take a version out of the story that it stands in."""
    for table in (placed, story_keys):
        connection.execute(delete(table).where(table.c.version_id == version_id))


def insert_rows(
    connection: Connection,
    version_id: int,
    outlet_key: str | None,
    time: datetime,
    report: Report,
    corrections: dict[str, Correction],
) -> None:
    """Insert what is searched of a version."""
    source_ids = _insert_sources(connection, version_id, report.sources)
    names = {source.id: source.name for source in report.sources}
    rows = [
        _attribution_row(a, report, names)
        | {
            "version_id": version_id,
            "outlet_key": outlet_key,
            "time": time,
            "source_id": source_ids.get(a.source_id or ""),
            "correction": corrections[a.id].verdict if a.id in corrections else None,
        }
        for a in report.attributions
    ]
    ids = _insert_attributions(connection, rows)
    relays = [
        {"attribution_id": id_, "number": n, "source_id": source_ids.get(r.source_id or ""), "entity": r.entity}
        for id_, a in zip(ids, report.attributions, strict=True)
        for n, r in enumerate(a.relays)
    ]
    if relays:
        connection.execute(insert(tables.relays), relays)
    dates = [{"version_id": version_id, "starts": d.span[0], "ends": d.span[1], "edtf": d.edtf} for d in report.dates]
    if dates:
        connection.execute(insert(tables.dates), dates)


def _insert_sources(connection: Connection, version_id: int, sources: Sequence[Source]) -> dict[str, int]:
    if not sources:
        return {}
    rows = [
        {
            "version_id": version_id,
            "key": source.id,
            "name": source.name,
            "type": source.type,
            "register": source.register,
            "control": derive.control_of(source),
            "wikidata": source.wikidata,
        }
        for source in sources
    ]
    returning = insert(tables.sources).returning(tables.sources.c.id, sort_by_parameter_order=True)
    ids = connection.scalars(returning, rows)
    return dict(zip((source.id for source in sources), ids, strict=True))


def _attribution_row(a: Attribution, report: Report, names: dict[str, str]) -> dict[str, Any]:
    return {
        "key": a.id,
        "entity": a.entity,
        "source_kind": a.source_kind,
        "kind": a.kind,
        "act": a.act,
        "polarity": a.polarity,
        "hearsay": bool(a.hearsay),
        "rests_on": derive.rests_on(a, report),
        "said": a.when,
        "confidence": a.confidence,
        "content": words_of(report.article.text, a.content),
        "source": _names(a.entity, names.get(a.source_id or "")),
        "relay": GAP.join(_names(r.entity, names.get(r.source_id or "")) for r in a.relays),
    }


def _names(*names: str | None) -> str:
    """Both what the article and what the register calls somebody."""
    return GAP.join(dict.fromkeys(name for name in names if name))


def _insert_attributions(connection: Connection, rows: list[dict[str, Any]]) -> Sequence[int]:
    if not rows:
        return ()
    into = insert(tables.attributions)
    if connection.dialect.name == "postgresql":
        # The parts that one search may name apart carry the weights A, B and C.
        parts = {"content": "A", "source": "B", "relay": "C"}
        rows = [row | {f"{part}_words": words.lexemes(row[part]) for part in parts} for row in rows]
        content, source, relay = (_weighted(bindparam(f"{part}_words"), weight) for part, weight in parts.items())
        into = into.values(words=content.op("||")(source).op("||")(relay))
    returning = into.returning(tables.attributions.c.id, sort_by_parameter_order=True)
    return connection.scalars(returning, rows).all()

"""Reports into the tables and out again. Every function works within the transaction of the connection it is given."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Connection,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from kildespor.archive import derive, tables, words
from kildespor.archive.corrections import Correction, applied, judged, moved
from kildespor.model import Attribution, Report, Source

Outcome = Literal["new", "changed", "known", "reread"]

SIMPLE: Any = literal_column("'simple'::regconfig")
"""PostgreSQL's configuration that neither stems nor drops words: the articles are in five languages."""

Line = Row[*tuple[Any, ...]]

_report = msgspec.json.Decoder(Report)
_attribution = msgspec.json.Decoder(Attribution)


class Added(Struct, frozen=True, kw_only=True):
    """An article that is in the archive and on disk: ``article`` is its id there, ``version`` counts from 1.

    ``outcome`` is *new*, *changed* (a new version of an article that was there), *known* (nothing to do) or *reread*.
    """

    article: str
    version: int
    outcome: Outcome
    came_from: str


class Version(Struct, frozen=True, kw_only=True):
    """A text that an article has had, as the archive keeps it. ``article`` is its id there, ``number`` counts from 1.

    ``report`` is corrected, ``as_read`` is what the model said; ``corrections`` are by the id of their attribution.
    """

    id: int
    article: str
    number: int
    current: bool
    came_from: str
    report: Report
    as_read: Report
    corrections: dict[str, Correction]


def add(connection: Connection, report: Report, came_from: str) -> Added:
    """Store a report, unless its article is there already. A changed article becomes the current version."""
    digest = derive.digest_of(report.article)
    article_id = _article(connection, derive.key_of(report.article, digest))
    if known := known_as(connection, digest):
        _make_current(connection, known, article_id)
        return Added(article=digest, version=known.number, outcome="known", came_from=came_from)
    v = tables.versions.c
    last = connection.scalar(select(func.max(v.number)).where(v.article_id == article_id)) or 0
    now = datetime.now(UTC).replace(tzinfo=None)
    row = _version_row(report, digest) | {
        "article_id": article_id,
        "number": last + 1,
        "current": False,
        "came_from": came_from,
        "added": now,
        "time": derive.earliest(report.article.published or "") or now,
    }
    version_id = _insert_version(connection, row, report)
    if version_id is None:
        # Another process has added the same content, as another article, since this transaction began.
        return Added(article=digest, version=1, outcome="known", came_from=came_from)
    _make_current(connection, known_as(connection, digest), article_id)
    return Added(article=digest, version=last + 1, outcome="changed" if last else "new", came_from=came_from)


def known_as(connection: Connection, digest: str) -> Line | None:
    """The version with that content, without its report: ``id``, ``article_id``, ``number``, ``current``, ``model``,
    ``came_from``."""
    v = tables.versions.c
    columns = (v.id, v.article_id, v.number, v.current, v.model, v.came_from)
    return connection.execute(select(*columns).where(v.digest == digest)).one_or_none()


def is_current(connection: Connection, digest: str, key: str) -> bool:
    """Whether adding this content would change nothing."""
    v, a = tables.versions.c, tables.articles.c
    found = connection.execute(
        select(v.current, a.key).join_from(tables.versions, tables.articles).where(v.digest == digest)
    ).one_or_none()
    return found is not None and (found.current or found.key != key)


def reread(connection: Connection, digest: str, report: Report) -> Added | None:
    """Put a newer reading of the same text in place of the older one; None when it is there already."""
    version = known_as(connection, digest)
    if version is None or version.model == report.model:
        return None
    own = {"model": report.model, "own_voice": len(report.statements), "report": _json(report)}
    connection.execute(update(tables.versions).where(tables.versions.c.id == version.id).values(own))
    rederive(connection, version.id)
    return Added(article=digest, version=version.number, outcome="reread", came_from=version.came_from)


def rederive(connection: Connection, version_id: int) -> None:
    """Make the rows that are searched anew from the version's report and the corrections of its article."""
    for table in (tables.attributions, tables.sources, tables.dates):
        connection.execute(delete(table).where(table.c.version_id == version_id))
    v = tables.versions.c
    columns = (v.id, v.article_id, v.current, v.outlet_key, v.time, v.report)
    version = connection.execute(select(*columns).where(v.id == version_id)).one()
    if version.current:
        report = _report.decode(version.report)
        corrections = corrections_of(connection, version.article_id, report.article.text)
        _insert_rows(connection, version, applied(report, corrections), judged(report, corrections))


def versions(connection: Connection, ids: Collection[int]) -> dict[int, Version]:
    """Versions by their rows' ids."""
    v = tables.versions.c
    columns = (v.id, v.digest, v.article_id, v.number, v.current, v.came_from, v.report)
    return {
        row.id: _version(connection, row) for row in connection.execute(select(*columns).where(v.id.in_(ids))).all()
    }


def _version(connection: Connection, row: Line) -> Version:
    report = _report.decode(row.report)
    corrections = corrections_of(connection, row.article_id, report.article.text)
    return Version(
        id=row.id,
        article=row.digest,
        number=row.number,
        current=row.current,
        came_from=row.came_from,
        report=applied(report, corrections),
        as_read=report,
        corrections=judged(report, corrections),
    )


def corrections_of(connection: Connection, article_id: int, text_now: str) -> list[Correction]:
    """The corrections of all versions of an article, oldest first, as far as they fit the text."""
    v, c = tables.versions.c, tables.corrections.c
    rows = connection.execute(
        select(c.verdict, c.original, c.amended, v.report)
        .join_from(tables.corrections, tables.versions)
        .where(v.article_id == article_id)
        .order_by(c.id)
    )
    fitting = (moved(_correction(row), _report.decode(row.report).article.text, text_now) for row in rows)
    return [correction for correction in fitting if correction]


def keep_correction(connection: Connection, version_id: int, correction: Correction) -> None:
    """Keep a correction and make the rows of the article's current version agree with it."""
    connection.execute(
        insert(tables.corrections).values(
            version_id=version_id,
            made=datetime.now(UTC).replace(tzinfo=None),
            verdict=correction.verdict,
            original=_json(correction.original),
            amended=_json(correction.amended) if correction.amended else None,
        )
    )
    v = tables.versions.c
    article = select(v.article_id).where(v.id == version_id).scalar_subquery()
    for row in connection.execute(select(v.id).where(and_(v.article_id == article, v.current))).all():
        rederive(connection, row.id)


def _json(value: Struct) -> str:
    return msgspec.json.encode(value).decode()


def _correction(row: Line) -> Correction:
    return Correction(
        verdict=row.verdict,
        original=_attribution.decode(row.original),
        amended=_attribution.decode(row.amended) if row.amended else None,
    )


def _article(connection: Connection, key: str) -> int:
    """The id of the article with that key, new if it has none. On PostgreSQL its row stays locked until the end, so
    that two processes number the versions of one article one after the other."""
    a = tables.articles.c
    _insert_unless_there(connection, tables.articles, {"key": key})
    article_id: int = connection.execute(select(a.id).where(a.key == key).with_for_update()).scalar_one()
    return article_id


def _insert_unless_there(connection: Connection, table: Table, row: dict[str, Any]) -> int | None:
    """The id of the new row; None where one with the same unique value is there."""
    of_dialect = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new: int | None = connection.scalar(of_dialect(table).values(row).on_conflict_do_nothing().returning(table.c.id))
    return new


def _version_row(report: Report, digest: str) -> dict[str, Any]:
    article = report.article
    return {
        "digest": digest,
        "title": article.title,
        "outlet": article.outlet,
        "outlet_key": words.key(article.outlet) if article.outlet else None,
        "url": article.url,
        "file": article.file,
        "byline": article.byline,
        "published": article.published,
        "language": article.language,
        "credit": "; ".join(article.credit),
        "own_voice": len(report.statements),
        "model": report.model,
        "report": _json(report),
    }


def _insert_version(connection: Connection, row: dict[str, Any], report: Report) -> int | None:
    title, body = report.article.title or "", report.article.text
    if connection.dialect.name == "postgresql":
        weighted = [_weighted(words.lexemes(title), "A"), _weighted(words.lexemes(body), "B")]
        return _insert_unless_there(connection, tables.versions, row | {"words": weighted[0].op("||")(weighted[1])})
    version_id = _insert_unless_there(connection, tables.versions, row)
    if version_id is not None:
        into = text("INSERT INTO article_words(rowid, title, body) VALUES (:id, :title, :body)")
        connection.execute(into, {"id": version_id, "title": title, "body": body})
    return version_id


def _weighted(value: Any, weight: str) -> Any:
    return func.setweight(func.to_tsvector(SIMPLE, value), literal_column(f"'{weight}'::\"char\""))


def _make_current(connection: Connection, version: Line | None, article_id: int) -> None:
    """Let searches find this version of the article instead of the one before it."""
    if version is None or version.current or version.article_id != article_id:
        return
    v = tables.versions.c
    before = connection.scalars(select(v.id).where(and_(v.article_id == article_id, v.current))).all()
    connection.execute(update(tables.versions).where(v.article_id == article_id).values(current=v.id == version.id))
    for version_id in (*before, version.id):
        rederive(connection, version_id)


def _insert_rows(connection: Connection, version: Line, report: Report, corrections: dict[str, Correction]) -> None:
    source_ids = _insert_sources(connection, version.id, report.sources)
    names = {source.id: source.name for source in report.sources}
    rows = [
        _attribution_row(a, report, names)
        | {
            "version_id": version.id,
            "outlet_key": version.outlet_key,
            "time": version.time,
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
    dates = [{"version_id": version.id, "starts": d.span[0], "ends": d.span[1], "edtf": d.edtf} for d in report.dates]
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
        "content": derive.words_of(report.article.text, a.content),
        "source": _names(a.entity, names.get(a.source_id or "")),
        "relay": derive.GAP.join(_names(r.entity, names.get(r.source_id or "")) for r in a.relays),
    }


def _names(*names: str | None) -> str:
    """Both what the article and what the register calls somebody."""
    return derive.GAP.join(dict.fromkeys(name for name in names if name))


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

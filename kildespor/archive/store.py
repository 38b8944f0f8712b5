"""Articles and their versions into the tables and out again. Every function works within the transaction of the
connection it is given; :mod:`kildespor.archive.rows` makes the rows that are searched."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, ScalarSelect, and_, delete, func, insert, select, update

from kildespor.archive import derive, rows, tables, words
from kildespor.archive.corrections import Correction, applied, judged, moved
from kildespor.archive.rows import Line
from kildespor.model import Attribution, Report

Outcome = Literal["new", "changed", "known", "reread"]

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
    """A text that an article has had, as the archive keeps it. ``article`` is its id there, ``number`` counts from 1,
    ``added`` is when it came in (UTC).

    ``report`` is corrected, ``as_read`` is what the model said; ``corrections`` are by the id of their attribution.
    """

    id: int
    article: str
    number: int
    current: bool
    added: datetime
    came_from: str
    report: Report
    as_read: Report
    corrections: dict[str, Correction]


def add(connection: Connection, report: Report, came_from: str) -> Added:
    """Store a report, unless its article is there already. A changed article becomes the current version."""
    digest = derive.digest_of(report.article)
    key = derive.key_of(report.article, digest)
    known = known_as(connection, digest)
    if known:
        if not is_current(connection, digest, key):
            _make_current(connection, known)
        return Added(article=digest, version=known.number, outcome="known", came_from=came_from)
    article_id, last = _article(connection, key)
    now = datetime.now(UTC).replace(tzinfo=None)
    row = _version_row(report, digest) | {
        "article_id": article_id,
        "number": last + 1,
        "current": True,
        "came_from": came_from,
        "added": now,
        "time": derive.earliest(report.article.published or "") or now,
    }
    version_id = rows.insert_version(connection, row, report)
    if version_id is None:
        # Another process has added the same content from another place since this transaction began.
        if not last:
            connection.execute(delete(tables.articles).where(tables.articles.c.id == article_id))
        return Added(article=digest, version=1, outcome="known", came_from=came_from)
    if not last:
        rows.insert_rows(connection, version_id, row["outlet_key"], row["time"], report, {})
        return Added(article=digest, version=1, outcome="new", came_from=came_from)
    _retire(connection, article_id, version_id)
    _derive(connection, version_id)
    return Added(article=digest, version=last + 1, outcome="changed", came_from=came_from)


def is_digest(given: str) -> bool:
    """Whether something may be the id of an article; other characters are none that every database takes."""
    return given.isascii() and given.isalnum()


def known_as(connection: Connection, digest: str) -> Line | None:
    """The version with that content, without its report: ``id``, ``article_id``, ``number``, ``current``, ``model``,
    ``came_from``."""
    v = tables.versions.c
    columns = (v.id, v.article_id, v.number, v.current, v.model, v.came_from)
    return connection.execute(select(*columns).where(v.digest == digest)).one_or_none()


def article_with(digest: str) -> ScalarSelect[int]:
    """The row of the article that has had that content in any of its versions."""
    return select(tables.versions.c.article_id).where(tables.versions.c.digest == digest).scalar_subquery()


def is_current(connection: Connection, digest: str, key: str) -> bool:
    """Whether adding this content would change nothing: it is the current version, or another article's."""
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
    lock(connection, version.article_id)
    own = {"model": report.model, "own_voice": len(report.statements), "report": _json(report)}
    connection.execute(update(tables.versions).where(tables.versions.c.id == version.id).values(own))
    _derive(connection, version.id)
    return Added(article=digest, version=version.number, outcome="reread", came_from=version.came_from)


def keep_correction(connection: Connection, version_id: int, correction: Correction) -> None:
    """Keep a correction and make the rows of the article's current version agree with it."""
    v = tables.versions.c
    article_id = connection.execute(select(v.article_id).where(v.id == version_id)).scalar_one()
    lock(connection, article_id)
    connection.execute(
        insert(tables.corrections).values(
            version_id=version_id,
            made=datetime.now(UTC).replace(tzinfo=None),
            verdict=correction.verdict,
            original=_json(correction.original),
            amended=_json(correction.amended) if correction.amended else None,
        )
    )
    derive_current(connection, article_id)


def derive_current(connection: Connection, article_id: int) -> None:
    """Make the rows that are searched of an article agree with its corrections."""
    v = tables.versions.c
    current = select(v.id).where(and_(v.article_id == article_id, v.current))
    _derive(connection, connection.execute(current).scalar_one())


def versions(connection: Connection, ids: Collection[int]) -> dict[int, Version]:
    """Versions by their rows' ids."""
    v = tables.versions.c
    columns = (v.id, v.digest, v.article_id, v.number, v.current, v.added, v.came_from, v.report)
    found = connection.execute(select(*columns).where(v.id.in_(ids))).all()
    corrections = _corrections(connection, {row.article_id for row in found})
    return {row.id: _version(row, corrections.get(row.article_id, [])) for row in found}


def _version(row: Line, corrections: list[tuple[Correction, str]]) -> Version:
    report = _report.decode(row.report)
    fitting = _fitting(corrections, report)
    return Version(
        id=row.id,
        article=row.digest,
        number=row.number,
        current=row.current,
        added=row.added.replace(tzinfo=UTC),
        came_from=row.came_from,
        report=applied(report, fitting),
        as_read=report,
        corrections=judged(report, fitting),
    )


def _corrections(connection: Connection, article_ids: Collection[int]) -> dict[int, list[tuple[Correction, str]]]:
    """By article the corrections of all its versions, oldest first, each with the text that its spans point into."""
    v, c = tables.versions.c, tables.corrections.c
    found = connection.execute(
        select(v.article_id, c.verdict, c.original, c.amended, v.report)
        .join_from(tables.corrections, tables.versions)
        .where(v.article_id.in_(article_ids))
        .order_by(c.id)
    )
    corrections: dict[int, list[tuple[Correction, str]]] = {}
    for row in found:
        correction = Correction(
            verdict=row.verdict,
            original=_attribution.decode(row.original),
            amended=_attribution.decode(row.amended) if row.amended else None,
        )
        text = _report.decode(row.report).article.text
        corrections.setdefault(row.article_id, []).append((correction, text))
    return corrections


def _fitting(corrections: list[tuple[Correction, str]], report: Report) -> list[Correction]:
    """Those corrections that fit the report's text, moved to where their words stand in it."""
    placed = (moved(correction, text, report.article.text) for correction, text in corrections)
    return [correction for correction in placed if correction]


def _article(connection: Connection, key: str) -> tuple[int, int]:
    """The article with that key, new if there is none, and the number of its last version, 0 if it has none.

    On PostgreSQL its row stays locked until the end, so that two processes number its versions one after the other.
    """
    new = rows.insert_unless_there(connection, tables.articles, {"key": key})
    if new is not None:
        return new, 0
    article_id = connection.execute(select(tables.articles.c.id).where(tables.articles.c.key == key)).scalar_one()
    lock(connection, article_id)
    v = tables.versions.c
    last = connection.scalar(select(func.max(v.number)).where(v.article_id == article_id))
    return article_id, last or 0


def lock(connection: Connection, article_id: int) -> None:
    """Let no other process change the article before this transaction ends; SQLite lets none change anything."""
    connection.execute(select(tables.articles.c.id).where(tables.articles.c.id == article_id).with_for_update())


def _make_current(connection: Connection, version: Line) -> None:
    """Let searches find an older version again instead of the one after it."""
    lock(connection, version.article_id)
    _retire(connection, version.article_id, version.id)
    connection.execute(update(tables.versions).where(tables.versions.c.id == version.id).values(current=True))
    _derive(connection, version.id)


def _retire(connection: Connection, article_id: int, but: int) -> None:
    """Let searches find no other version of the article than one, and no story have another."""
    v = tables.versions.c
    others = and_(v.article_id == article_id, v.id != but, v.current)
    retired = connection.scalars(update(tables.versions).where(others).values(current=False).returning(v.id)).all()
    for version_id in retired:
        rows.delete_rows(connection, version_id)
        rows.leave_story(connection, version_id)


def _derive(connection: Connection, version_id: int) -> None:
    """Make the rows that are searched from the report of a current version and the corrections of its article."""
    v = tables.versions.c
    columns = (v.article_id, v.current, v.outlet_key, v.time, v.report)
    version = connection.execute(select(*columns).where(v.id == version_id)).one()
    rows.delete_rows(connection, version_id)
    if version.current:
        report = _report.decode(version.report)
        fitting = _fitting(_corrections(connection, [version.article_id]).get(version.article_id, []), report)
        corrected, verdicts = applied(report, fitting), judged(report, fitting)
        rows.insert_rows(connection, version_id, version.outlet_key, version.time, corrected, verdicts)


def _json(value: Struct) -> str:
    return msgspec.json.encode(value).decode()


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

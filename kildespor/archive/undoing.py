"""The last correction of an article, and how it is taken back."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, delete, select

from kildespor.archive import rows, store, tables
from kildespor.archive.corrections import Verdict
from kildespor.errors import UsageError
from kildespor.export.chain import quoted
from kildespor.model import Attribution, Report

V, C = tables.versions.c, tables.corrections.c


class LastCorrection(Struct, frozen=True):
    """The last correction of an article, which can be taken back: its number, its verdict, the words judged."""

    number: int
    verdict: Verdict
    words: str


def last_correction(connection: Connection, article: str) -> LastCorrection | None:
    """The last correction of an article, whichever of its versions it was made on; None where there is none."""
    columns = (C.id, C.verdict, C.original, C.amended, V.report)
    found = select(*columns).join_from(tables.corrections, tables.versions).where(V.id.in_(_versions(article)))
    row = connection.execute(found.order_by(C.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    judged = msgspec.json.decode(row.amended or row.original, type=Attribution)
    text = msgspec.json.decode(row.report, type=Report).article.text
    return LastCorrection(row.id, row.verdict, quoted(text, judged.content or judged.cue))


def undo(connection: Connection, article: str, number: int) -> None:
    """Take back the last correction of an article. Raises UsageError when it is no longer that one."""
    known = store.known_as(connection, article)
    newest = select(C.id).where(C.version_id.in_(_versions(article))).order_by(C.id.desc()).limit(1)
    if known is None or connection.scalar(newest) != number:
        raise UsageError("Somebody has corrected the article since. Look at it anew.")
    connection.execute(select(tables.articles.c.id).where(tables.articles.c.id == known.article_id).with_for_update())
    connection.execute(delete(tables.corrections).where(C.id == number))
    _show_anew(connection, known.article_id)


def _versions(article: str) -> Select[tuple[int]]:
    same = select(V.article_id).where(V.digest == article).scalar_subquery()
    return select(V.id).where(V.article_id == same)


def _show_anew(connection: Connection, article_id: int) -> None:
    """Make the rows of the article's current version agree with its corrections, as they do after each."""
    current = connection.execute(select(V.id, V.outlet_key, V.time).where(V.article_id == article_id, V.current)).one()
    version = store.versions(connection, [current.id])[current.id]
    rows.delete_rows(connection, current.id)
    rows.insert_rows(connection, current.id, current.outlet_key, current.time, version.report, version.corrections)

"""The last correction of an article, and how it is taken back."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, delete, select

from kildespor.archive import store, tables
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
    if known is not None:
        store.lock(connection, known.article_id)
    newest = select(C.id).where(C.version_id.in_(_versions(article))).order_by(C.id.desc()).limit(1)
    if known is None or connection.scalar(newest) != number:
        raise UsageError("Somebody has corrected the article since. Look at it anew.")
    connection.execute(delete(tables.corrections).where(C.id == number))
    store.derive_current(connection, known.article_id)


def _versions(article: str) -> Select[tuple[int]]:
    return select(V.id).where(V.article_id == store.article_with(article))

"""The stories that an archive's articles tell: articles placed as they come, stories listed, found and told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from sqlalchemy import Connection, Integer, Select, column, desc, func, select, table, text

from kildespor.archive import store, tables, words
from kildespor.archive.database import Database
from kildespor.archive.placing import Vector, place, unplaced
from kildespor.archive.rows import SIMPLE
from kildespor.archive.story_tables import placed
from kildespor.model import Report

Meaning = Callable[[Report], Vector | None]
"""What gives the vector of an article by which it is placed: that of its headline and opening."""

AT_ONCE = 20
"""Articles placed in one transaction."""
LARGEST = 60
"""Articles of a story that are told, the newest; the work grows with the square of their number."""


class StoryLine(Struct, frozen=True, kw_only=True):
    """A story in a list: its oldest article's title and time, and its articles' ids and outlets, the oldest first."""

    title: str | None
    first: str | None
    last: str | None
    articles: tuple[str, ...]
    outlets: tuple[str, ...]


def place_new(database: Database, meaning: Meaning) -> Iterator[str]:
    """Place every current article that stands in no story yet; gives their ids once that is on disk. To stop early
    loses nothing."""
    while some := database.work(_waiting, writing=False):
        database.work(partial(_place, some, _vectors(some, meaning)))
        yield from (version.article for version in some)


def place_one(database: Database, article: str, meaning: Meaning) -> None:
    """Place an article, by its id, if it is current and stands in no story yet."""
    if some := database.work(partial(_waiting, article=article), writing=False):
        database.work(partial(_place, some, _vectors(some, meaning)))


def _vectors(some: Sequence[store.Version], meaning: Meaning) -> Mapping[int, Vector | None]:
    return {version.id: meaning(version.report) for version in some}


def _waiting(connection: Connection, article: str | None = None) -> list[store.Version]:
    ids = unplaced(connection, AT_ONCE, article)
    found = store.versions(connection, ids)
    return [found[id_] for id_ in ids]


def _place(some: Sequence[store.Version], vectors: Mapping[int, Vector | None], connection: Connection) -> None:
    # Another process may have placed or changed some of them meanwhile; from here on none does.
    v = tables.versions.c
    for version in some:
        connection.execute(select(v.id).where(v.id == version.id).with_for_update())
        if version.id in unplaced(connection, 1, version.article):
            time = connection.scalars(select(v.time).where(v.id == version.id)).one()
            place(connection, version.id, version.report, vectors[version.id], time)


def find_stories(
    connection: Connection, sought: str | None, limit: int, least: int, offset: int = 0
) -> tuple[StoryLine, ...]:
    """Stories of at least so many articles, those with the newest article first, ``offset`` of them skipped. ``sought``
    is an article's id, or words that stand in one of the story's articles, as :meth:`Archive.search` takes them."""
    p = placed.c
    newest = func.max(p.time)
    chosen = select(p.story).group_by(p.story).having(func.count() >= least).order_by(desc(newest), desc(p.story))
    if sought is not None:
        one = _story_of(connection, sought)
        if one is not None:
            chosen = select(p.story).where(p.story == one).distinct()
        else:
            chosen = chosen.where(p.story.in_(select(p.story).where(p.version_id.in_(_with_words(connection, sought)))))
    return tuple(_line(connection, story) for story in connection.scalars(chosen.limit(limit).offset(offset)).all())


def line_of(connection: Connection, article: str) -> StoryLine | None:
    """The story that an article stands in, by the id of any of its versions; None where it has not been placed in
    one."""
    story = _story_of(connection, article)
    return None if story is None else _line(connection, story)


def _story_of(connection: Connection, article: str) -> int | None:
    if not store.is_digest(article):
        return None
    v = tables.versions.c
    standing = select(placed.c.story).join(tables.versions, v.id == placed.c.version_id)
    return connection.scalar(standing.where(v.article_id == store.article_with(article)))


def _with_words(connection: Connection, sought: str) -> Select[int]:
    """The ids of versions with those words; a select, since more may have them than a query takes values."""
    if connection.dialect.name == "postgresql":
        v = tables.versions.c
        return select(v.id).where(v.words.op("@@")(func.to_tsquery(SIMPLE, words.tsquery(sought))))
    matching = text("article_words MATCH :query").bindparams(query=words.fts5(sought))
    return select(column("rowid", Integer)).select_from(table("article_words")).where(matching)


def _line(connection: Connection, story: int) -> StoryLine:
    v = tables.versions.c
    rows = connection.execute(
        select(v.digest, v.title, v.outlet, v.published)
        .join(placed, placed.c.version_id == v.id)
        .where(placed.c.story == story)
        .order_by(placed.c.time, v.id)
    ).all()
    return StoryLine(
        title=next((row.title for row in rows if row.title), None),
        first=rows[0].published,
        last=rows[-1].published,
        articles=tuple(row.digest for row in rows),
        outlets=tuple(dict.fromkeys(row.outlet for row in rows if row.outlet)),
    )


def reports_of(connection: Connection, line: StoryLine) -> tuple[Report, ...]:
    """The corrected reports of a story's articles, the newest where there are too many."""
    v = tables.versions.c
    ids = connection.scalars(select(v.id).where(v.digest.in_(line.articles)).order_by(v.time, v.id)).all()[-LARGEST:]
    found = store.versions(connection, ids)
    return tuple(found[id_].report for id_ in ids)

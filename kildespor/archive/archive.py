"""The archive: articles and their reports kept in a database, and found again."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from sqlalchemy import ColumnElement, Connection, func, select

from kildespor.archive import derive, figures, find, gold, store, tables
from kildespor.archive.corrections import Correction, Verdict
from kildespor.archive.database import Database
from kildespor.archive.figures import OutletFigures, SourceFigures
from kildespor.archive.find import Page, Query
from kildespor.archive.judge import found_by_person, judgement
from kildespor.archive.store import Added, Version
from kildespor.archive.stories import StoryLine, find_stories, line_of, place_new, place_one, reports_of
from kildespor.archive.undoing import LastCorrection, last_correction, undo
from kildespor.errors import UsageError
from kildespor.model import Article, Attribution, Report
from kildespor.sources.register import Register

# To search an archive must not wait for what reads articles.
if TYPE_CHECKING:
    from kildespor.archive.taking import Given, Taken
    from kildespor.articles import Failure
    from kildespor.articles.follow import Feed
    from kildespor.stories import Story

PATIENCE = 30.0
"""Seconds for which a locked database, or one whose server restarts, is tried again."""

TOGETHER = 50
"""Versions fetched at once when all are gone through."""


class Archive:
    """Articles, every version of them, their reports and what persons have corrected, in one database.

    Every method is whole or nothing: what it returns is on disk. All raise :class:`ArchiveError` when the database is
    full, locked for longer than the patience given, out of reach or refuses.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, address: Path | str | None = None, *, patience: float = PATIENCE, create: bool = True) -> Self:
        """Open an archive; one that is not there is made if ``create``, and an older schema brought up to date.

        ``address`` is the path of an SQLite file or ``postgresql://user@host/database``; without one
        KILDESPOR_ARCHIVE says it, or else it is ``kildespor.db`` in the user's data folder. ``patience`` is how many
        seconds a locked database, or one whose server restarts, is tried again.

        Raises UsageError (no such kind of address), ArchiveError (newer than this code, not an archive, no answer,
        not there and not to be made).
        """
        return cls(Database(address, patience, create=create))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def add(
        self,
        source: "Given",
        *,
        outlet: str | None = None,
        published: str | None = None,
        language: str | None = None,
        url: str | None = None,
        allow_private: bool = False,
        register: Register | None = None,
    ) -> Added:
        """Add one article: read it unless its content is there already, and store its report.

        ``source`` is a report, or what :func:`kildespor.read` takes, and so are the options, which a report does not
        need. Raises what :func:`kildespor.read` raises.
        """
        from kildespor.archive.taking import Told, take_one
        from kildespor.attribution.scorer import shipped

        told = Told(
            outlet=outlet,
            published=published,
            language=language,
            url=url,
            allow_private=allow_private,
            register=register,
        )
        return self._keep(take_one(source, told, self._knows, shipped))

    def add_many(
        self,
        sources: Iterable["Given | Failure"],
        *,
        outlet: str | None = None,
        published: str | None = None,
        language: str | None = None,
        allow_private: bool = False,
        register: Register | None = None,
    ) -> Iterator["Added | Failure"]:
        """Add articles as they come, read side by side, one a core: a result for each, in the order given. What has
        been yielded is on disk; to stop early loses nothing else. A Failure among the sources, as
        :func:`kildespor.articles.articles_in` gives it, passes through."""
        from kildespor.archive.taking import Told, take

        told = Told(
            outlet=outlet, published=published, language=language, allow_private=allow_private, register=register
        )
        with closing(take(sources, told, self._knows)) as taken:
            for each in taken:
                yield self._kept(each)

    def follow(
        self,
        feeds: Iterable[Path | str],
        *,
        once: bool = False,
        allow_private: bool = False,
        interval: float | None = None,
        every: float | None = None,
        wait: Callable[[float], object] = time.sleep,
        register: Register | None = None,
    ) -> Iterator["Added | Failure | Feed"]:
        """Follow feeds: add articles as they appear in them. ``feeds`` are addresses, or paths of OPML lists of them;
        the options are those of :func:`kildespor.articles.follow.follow`, and so are their defaults.

        An article is on disk when it is yielded; a Feed, with how far it has been followed, is so too, and only after
        its articles. To stop at any moment loses nothing: the next call goes on there.

        Raises UsageError (no such OPML file, no feed in it), ArticleError (no XML), FetchError (no address).
        """
        from kildespor.archive import following
        from kildespor.articles.follow import EVERY, INTERVAL, follow

        addresses = following.addresses(feeds)
        known = self._database.work(lambda c: following.states(c, addresses), writing=False)
        return self._follow(
            follow(
                known,
                once=once,
                allow_private=allow_private,
                interval=INTERVAL if interval is None else interval,
                every=EVERY if every is None else every,
                wait=wait,
            ),
            register,
        )

    def _follow(
        self, found: Iterator["Article | Failure | Feed"], register: Register | None
    ) -> Iterator["Added | Failure | Feed"]:
        from kildespor.archive import following
        from kildespor.archive.taking import Told, take_or_tell
        from kildespor.articles.follow import Feed
        from kildespor.attribution.scorer import shipped

        told = Told(register=register)
        for each in found:
            if isinstance(each, Feed):
                self._database.work(lambda c, feed=each: following.keep(c, feed))  # type: ignore[misc]
                yield each
            else:
                yield self._kept(take_or_tell(each, told, self._knows, shipped))

    def _knows(self, article: Article) -> bool:
        digest = derive.digest_of(article)
        key = derive.key_of(article, digest)
        return self._database.work(lambda c: store.is_current(c, digest, key), writing=False)

    def _kept(self, taken: "Taken | Failure") -> "Added | Failure":
        from kildespor.archive.taking import Taken

        return self._keep(taken) if isinstance(taken, Taken) else taken

    def _keep(self, taken: "Taken") -> Added:
        one = taken.taken
        if isinstance(one, Report):
            return self._database.work(lambda c: store.add(c, one, taken.came_from))
        digest = derive.digest_of(one)
        known = self._database.work(lambda c: store.known_as(c, digest), writing=False)
        number = known.number if known else 1
        return Added(article=digest, version=number, outcome="known", came_from=taken.came_from)

    def reread(
        self, *, register: Register | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator["Added | Failure"]:
        """Read again the current versions that another model than the shipped one has read, side by side. Corrections
        stay, and so do older versions' reports. To stop early loses nothing; the next call goes on.

        Only ``limit`` of them are tried, the first ``offset`` skipped: those that could not be read before.
        """
        from kildespor.archive.taking import Taken, Told, take

        outdated = islice(self._versions(_read_by_another()), offset, None if limit is None else offset + limit)
        articles = (version.as_read.article for version in outdated)
        with closing(take(articles, Told(register=register), lambda article: False)) as taken:
            for each in taken:
                if not isinstance(each, Taken):
                    yield each
                elif isinstance(each.taken, Report) and (added := self._replace(each.taken)):
                    yield added

    def outdated(self) -> int:
        """How many articles :meth:`reread` would read."""
        return self._count(_read_by_another())

    def count(self) -> int:
        """How many articles there are, versions apart."""
        return self._count(tables.versions.c.current)

    def _count(self, which: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(tables.versions).where(which)
        return self._database.work(lambda c: c.scalar(counted), writing=False) or 0

    def _replace(self, report: Report) -> Added | None:
        return self._database.work(lambda c: store.reread(c, derive.digest_of(report.article), report))

    def report(self, article: str) -> Report:
        """The report of an article by its id in the archive (``Added.article``, ``Finding.article``), with the
        corrections applied. Raises UsageError when there is none."""
        return self._version(article).report

    def reports(self) -> Iterator[Report]:
        """The corrected reports of all articles in their current versions, in the order in which they came."""
        return (version.report for version in self._versions(tables.versions.c.current))

    def versions(self, article: str) -> tuple[Version, ...]:
        """All versions of the article that has had this id, the oldest first. Raises UsageError when there is none."""
        self._version(article)
        v = tables.versions.c
        return tuple(self._versions(v.article_id == store.article_with(article)))

    def search(self, **query: Unpack[Query]) -> Page:
        """Find attributions that are all of what is asked: the keywords and their defaults are those of
        :class:`kildespor.archive.Query`; what is left out or None is left open.

        Raises UsageError when ``words`` holds no word, a date is none, or a value is none of those there are.
        """
        return self._database.work(lambda c: find.search(c, query), writing=False)

    def source(self, name: str, *, limit: int = 20, offset: int = 0) -> SourceFigures:
        """Everything that a source is reported to have said, through whom, by which outlets: figures, and a page of
        the attributions, newest first. ``name`` is words of its name, as in :meth:`search`."""
        return self._database.work(lambda c: figures.source(c, name, limit, offset), writing=False)

    def months(self, name: str) -> dict[tuple[int, int], int]:
        """How many attributions a source has in each (year, month) whose articles' time is known. ``name`` is as for
        :meth:`source`."""
        return self._database.work(lambda c: figures.months(c, name), writing=False)

    def outlet(self, name: str) -> OutletFigures:
        """What an outlet rests on, in figures: own sources, other media, agencies, nobody. ``name`` is its whole name,
        case apart."""
        return self._database.work(lambda c: figures.outlet(c, name), writing=False)

    def place(self) -> Iterator[str]:
        """Place every article that stands in no story yet, by its names, words, copied text, time and meaning. Gives
        their ids as they are placed; to stop early loses nothing."""
        from kildespor.stories.meaning import about

        return place_new(self._database, about)

    def story_lines(
        self, sought: str | None = None, *, limit: int = 20, offset: int = 0, least: int = 2
    ) -> tuple[StoryLine, ...]:
        """The stories of at least ``least`` articles in a list, those with the newest article first, from the one
        numbered ``offset`` (the first is 0). ``sought`` is an article's id, or words that stand in one of a story's
        articles, as in :meth:`search`.

        Articles that have come since are placed first. Raises UsageError when ``sought`` holds no word.
        """
        for _ in self.place():
            pass
        return self._database.work(lambda c: find_stories(c, sought, limit, least, offset), writing=False)

    def story_of(self, article: str) -> StoryLine | None:
        """The story of several articles that one stands in, by its id; None where it stands in none. The article is
        placed first, if it has not been; those that it is placed among, :meth:`place` and :meth:`story_lines` place."""
        line = self._database.work(lambda c: line_of(c, article), writing=False)
        if line is None:
            from kildespor.stories.meaning import about

            place_one(self._database, article, about)
            line = self._database.work(lambda c: line_of(c, article), writing=False)
        return line if line and len(line.articles) > 1 else None

    def stories(
        self, sought: str | None = None, *, limit: int = 20, offset: int = 0, least: int = 2
    ) -> Iterator["Story"]:
        """The same stories told one after the other: their claims, who has them from whom, how many origins they have.
        Of a story of more than 60 articles the newest 60 are told."""
        from kildespor.stories import tell
        from kildespor.stories.sense import reading

        for line in self.story_lines(sought, limit=limit, offset=offset, least=least):
            yield tell([reading(report) for report in self._reports_of(line)])

    def _reports_of(self, line: StoryLine) -> tuple[Report, ...]:
        return self._database.work(lambda c: reports_of(c, line), writing=False)

    def correct(self, article: str, attribution: str, verdict: Verdict, **changes: Any) -> Correction:
        """Accept, reject or amend an attribution of an article (its ids as in a report or finding).

        ``changes`` are the fields of :class:`kildespor.Attribution` that an amended one has otherwise:
        ``entity="Kari Berg", kind="direct", source=[(12, 21)]``. The last of several corrections counts. Corrections
        are kept apart from what the model said, stay when the article is read again, and go along to its other
        versions where the words stand unchanged. They show in all that the archive gives: what is rejected is left
        out, and what is accepted or amended has confidence 1 and ``why.by`` *correction*.

        Raises UsageError when there is no such attribution, a change is of no field or of the wrong form, or ``when``
        is no EDTF.
        """

        def do(connection: Connection) -> Correction:
            version = self._version_in(connection, article)
            correction = judgement(version, attribution, verdict, changes)
            store.keep_correction(connection, version.id, correction)
            return correction

        return self._database.work(do)

    def mark(self, article: str, attribution: Attribution) -> Correction:
        """Keep an attribution that a person has found and no model.

        Raises UsageError when there is no such article, a span lies outside its text or ``when`` is no EDTF.
        """

        def do(connection: Connection) -> Correction:
            version = self._version_in(connection, article)
            correction = found_by_person(version, attribution)
            store.keep_correction(connection, version.id, correction)
            return correction

        return self._database.work(do)

    def last_correction(self, article: str) -> LastCorrection | None:
        """The last correction of an article, which :meth:`undo` would take back; None where there is none."""
        return self._database.work(lambda c: last_correction(c, article), writing=False)

    def undo(self, article: str, number: int) -> None:
        """Take back the last correction of an article, which must be the one with that number: what stood before it
        stands again. Raises UsageError when somebody has corrected the article since."""
        self._database.work(lambda c: undo(c, article, number))

    def export_corrections(self, folder: Path) -> tuple[Path, ...]:
        """Write every corrected article as ``NAME.txt`` and ``NAME.json``, the form of a training corpus, and return
        the paths of the latter. ``reviewed`` in it says whether each of its attributions has been judged.

        Raises UsageError when the folder cannot be written.
        """
        judged = tables.versions.c.id.in_(select(tables.corrections.c.version_id))
        return tuple(gold.write(version, folder) for version in self._versions(judged))

    def _version(self, article: str) -> Version:
        return self._database.work(lambda c: self._version_in(c, article), writing=False)

    def _version_in(self, connection: Connection, article: str) -> Version:
        known = store.known_as(connection, article) if store.is_digest(article) else None
        if known is None:
            raise UsageError(f"{article}: no article has this id here. Take it from what add or search gives.")
        return store.versions(connection, [known.id])[known.id]

    def _versions(self, which: ColumnElement[bool]) -> Iterator[Version]:
        """The versions that are so, in the order in which they came, a few at a time."""
        v = tables.versions.c
        last = 0

        def after(connection: Connection) -> list[Version]:
            ids = connection.scalars(select(v.id).where(which, v.id > last).order_by(v.id).limit(TOGETHER)).all()
            found = store.versions(connection, ids)
            return [found[id_] for id_ in ids]

        while some := self._database.work(after, writing=False):
            last = some[-1].id
            yield from some


def _read_by_another() -> ColumnElement[bool]:
    """Current versions that another model than the shipped one has read."""
    from kildespor.attribution.scorer import shipped

    return tables.versions.c.current & (tables.versions.c.model != shipped().name)

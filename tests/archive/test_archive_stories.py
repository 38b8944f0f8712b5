"""Articles of an archive placed in stories as they come, and the stories found again."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray
from sqlalchemy import Connection

from kildespor.archive import Archive
from kildespor.archive.database import Database
from kildespor.archive.stories import StoryLine, find_stories, place_new
from kildespor.errors import UsageError
from kildespor.model import Report
from tests.story_readings import reading, vector

FERRY = "Fergen Reyna Milagros kantret ved Calagsan, og kystvakten leter etter passasjerer fra San Aurelio."
PLOT = "Ordfører Ramnefjell i Tverrøy solgte kaitomten til svogeren Nausthaug, viser et notat fra kommunen."


def report(number: int, text: str, day: int, url: str | None = None) -> Report:
    made = reading(number, text, outlet=f"Avis {number}", published=f"2024-07-{day:02}").report
    return structs.replace(made, article=structs.replace(made.article, url=url or f"https://example.org/{number}"))


def meaning(report: Report) -> NDArray[np.float32]:
    total: NDArray[np.float32] = sum((vector(w) for w in report.article.text.split()), np.zeros(128, np.float32))
    return total / np.linalg.norm(total)


@pytest.fixture
def database(address: str, archive: Archive) -> Database:
    return Database(address, 30)


def stories(database: Database, sought: str | None = None, least: int = 1) -> list[tuple[str, ...]]:
    """The outlets of the stories."""
    list(place_new(database, meaning))
    lines = database.work(lambda c: find_stories(c, sought, 20, least), writing=False)
    return sorted(line.outlets for line in lines)


def test_articles_of_two_events_are_two_stories_however_they_come(archive: Archive, database: Database) -> None:
    archive.add(report(1, FERRY, 12))
    archive.add(report(2, PLOT, 12))
    assert stories(database) == [("Avis 1",), ("Avis 2",)]
    archive.add(report(3, FERRY + " Letingen fortsetter.", 13))
    archive.add(report(4, "Tverrøy: " + PLOT, 13))
    assert stories(database) == [("Avis 1", "Avis 3"), ("Avis 2", "Avis 4")]
    assert stories(database, least=3) == []


def test_the_same_words_a_year_later_are_another_story(archive: Archive, database: Database) -> None:
    archive.add(report(1, FERRY, 12))
    later = report(2, FERRY, 12)
    archive.add(structs.replace(later, article=structs.replace(later.article, published="2025-07-12")))
    assert len(stories(database)) == 2


def test_stories_are_found_by_words_and_by_article(archive: Archive, database: Database) -> None:
    ferry = archive.add(report(1, FERRY, 12))
    archive.add(report(2, PLOT, 12))
    assert stories(database, "svogeren") == [("Avis 2",)]
    assert stories(database, "Calagsan kystvakten") == [("Avis 1",)]
    assert stories(database, ferry.article) == [("Avis 1",)]
    assert stories(database, "hvalross") == []
    for no_word in ("!?", "\udcff", "\0"):
        with pytest.raises(UsageError):
            stories(database, no_word)


def test_stories_come_in_pages_that_leave_none_out(archive: Archive, database: Database) -> None:
    for number, event in enumerate((FERRY, PLOT, "Snøskred i Lyngdalen tok tre hytter, melder politiet i Tromsø."), 1):
        archive.add(report(number, event, 10 + number))
    list(place_new(database, meaning))

    def page(limit: int, offset: int) -> list[str]:
        found = database.work(lambda c: find_stories(c, None, limit, 1, offset), writing=False)
        return [line.outlets[0] for line in found]

    assert page(2, 0) + page(2, 2) == page(20, 0) == ["Avis 3", "Avis 2", "Avis 1"]
    assert page(2, 3) == []


def test_a_changed_article_leaves_its_story(archive: Archive, database: Database) -> None:
    archive.add(report(1, FERRY, 12))
    archive.add(report(2, FERRY + " Letingen fortsetter.", 12, "https://example.org/two"))
    assert stories(database) == [("Avis 1", "Avis 2")]
    archive.add(report(2, PLOT, 12, "https://example.org/two"))
    assert stories(database) == [("Avis 1",), ("Avis 2",)]


def test_an_article_stands_in_a_story_once_whatever_its_versions(
    archive: Archive, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kildespor.stories.meaning.about", meaning)
    url = "https://example.org/two"
    old = archive.add(report(2, FERRY, 12, url)).article
    assert archive.story_of(old) is None
    new = archive.add(report(2, FERRY + " Letingen fortsetter.", 12, url)).article
    # It is in no story of several, though its older version says the same.
    assert (archive.story_of(new), archive.story_of(old)) == (None, None)
    other = archive.add(report(1, FERRY, 12)).article
    line = archive.story_of(other)
    assert line is not None and set(line.articles) == {new, other}
    assert archive.story_of(new) == archive.story_of(old) == line
    assert archive.story_lines(old) == (line,)


def test_a_very_common_word_finds_stories(archive: Archive, database: Database) -> None:
    for number in range(3):
        archive.add(report(number, FERRY, 12 + number))
    list(place_new(database, meaning))

    def found(connection: Connection) -> tuple[StoryLine, ...]:
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5)
        return find_stories(connection, "fergen", 20, 1)

    assert len(database.work(found, writing=False)) == 1


def test_an_article_joins_the_story_that_it_goes_with_best_when_more_is_known(
    archive: Archive, database: Database
) -> None:
    # Alone the second says too little to go with the first; the third goes with both.
    archive.add(report(1, FERRY, 12))
    apology = "Rederiet Mareluz Lines beklager, skriver juristen Celia Baltazar til pressen."
    archive.add(report(2, apology, 13))
    before = stories(database)
    archive.add(report(3, f"{FERRY} {apology}", 13))
    assert before == [("Avis 1",), ("Avis 2",)]
    assert stories(database) == [("Avis 1", "Avis 2", "Avis 3")]


def test_two_that_place_at_once_place_each_article_once(archive: Archive, address: str) -> None:
    for number in range(12):
        archive.add(report(number, FERRY, 10 + number % 3))
    together = threading.Barrier(2)

    def slowly(report: Report) -> NDArray[np.float32]:
        if report.article.outlet == "Avis 0":
            together.wait(10)
        return meaning(report)

    def placing() -> int:
        other = Database(address, 30)
        try:
            return len(list(place_new(other, slowly)))
        finally:
            other.close()

    with ThreadPoolExecutor() as pool:
        assert all(done.result() for done in [pool.submit(placing) for _ in range(2)])
    (line,) = archive._database.work(lambda c: find_stories(c, None, 20, 1), writing=False)
    assert len(line.articles) == 12


def test_placing_twice_changes_nothing_and_an_empty_archive_has_no_stories(
    archive: Archive, database: Database
) -> None:
    assert stories(database) == []
    archive.add(report(1, FERRY, 12))
    assert len(list(place_new(database, meaning))) == 1
    assert list(place_new(database, meaning)) == []

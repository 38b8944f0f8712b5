"""What is added is there, whole, once, with its history."""

import secrets

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from kildespor.archive import Archive, tables
from kildespor.archive.derive import digest_of
from kildespor.archive.migrations import REVISION_TABLE
from kildespor.articles import article_from
from kildespor.errors import ArticleError, UsageError
from kildespor.model import Report
from tests.reports import annotated, reports

NAMES = ("nob__syn-a01", "swe__syn-c01", "nno__syn-e01")


def rows(archive: Archive, table: str) -> int:
    counted = select(func.count()).select_from(tables.metadata.tables[table])
    return archive._database.work(lambda connection: connection.scalar(counted) or 0, writing=False)


def with_text(report: Report, text: str, **known: str | None) -> Report:
    """The report's article as the same address or file has it later."""
    return replace(report, article=replace(report.article, text=text, **known))


@pytest.mark.parametrize("name", NAMES)
def test_a_report_comes_back_equal(archive: Archive, name: str) -> None:
    report = annotated(name)
    added = archive.add(report)
    assert (added.outcome, added.version, added.came_from) == ("new", 1, f"{name}.txt")
    assert archive.report(added.article) == report
    assert list(archive.reports()) == [report]


@given(report=reports())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_report_comes_back_equal(archive: Archive, report: Report) -> None:
    # The archive holds what earlier examples have left; an outlet of its own makes each example new.
    report = with_text(report, report.article.text, outlet=secrets.token_hex(8), url=None, file=None)
    assert archive.report(archive.add(report).article) == report
    assert list(archive.reports())[-1] == report


def test_the_same_content_is_kept_once(archive: Archive) -> None:
    first, second = annotated(NAMES[0]), annotated(NAMES[1])
    assert [archive.add(report).outcome for report in (first, second, first, second)] == [
        "new",
        "new",
        "known",
        "known",
    ]
    assert rows(archive, "versions") == 2
    assert rows(archive, "attributions") == len(first.attributions) + len(second.attributions)


def test_the_id_of_an_article_is_that_of_its_reading() -> None:
    article = article_from("Slik er det, sier Kari Li.", outlet="Utkikk", published="2023-03")
    assert digest_of(article) == article.id


@pytest.mark.parametrize("place", [{"url": "https://example.org/a#top"}, {"file": "a.txt"}])
def test_a_changed_article_is_a_new_version_and_the_old_one_stays(archive: Archive, place: dict[str, str]) -> None:
    old = with_text(annotated(NAMES[0]), annotated(NAMES[0]).article.text, **place)
    new = with_text(replace(old, attributions=old.attributions[:2]), old.article.text + "\nRettelse.", **place)
    first, second = archive.add(old), archive.add(new)
    assert (second.outcome, second.version) == ("changed", 2)
    assert [version.report for version in archive.versions(first.article)] == [old, new]
    assert list(archive.reports()) == [new]
    assert rows(archive, "attributions") == 2
    assert archive.add(new).outcome == "known"


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:00:00-02:00"])
def test_a_time_at_the_calendar_s_end_is_kept(archive: Archive, published: str) -> None:
    report = annotated("nob__syn-a01")
    article = archive.add(replace(report, article=replace(report.article, published=published))).article
    assert archive.report(article).article.published == published
    assert archive.search(since=published[:10], until=published[:10], limit=1).findings


def test_an_article_that_is_changed_back_is_current_again(archive: Archive) -> None:
    old = annotated(NAMES[0])
    new = with_text(replace(old, attributions=()), "Trukket.")
    added = [archive.add(report) for report in (old, new, old)]
    assert [one.outcome for one in added] == ["new", "changed", "known"]
    assert list(archive.reports()) == [old]
    assert rows(archive, "attributions") == len(old.attributions)


def test_two_files_of_one_text_are_one_article(archive: Archive) -> None:
    report = annotated(NAMES[0])
    archive.add(report)
    assert archive.add(with_text(report, report.article.text, file="copy.txt")).outcome == "known"


def test_articles_that_move_down_in_their_file_stay(archive: Archive) -> None:
    """A file of many articles, such as JSON Lines, that has grown at its beginning."""
    first, second = annotated(NAMES[0]), annotated(NAMES[1])
    archive.add(with_text(first, first.article.text, file="news.jsonl:1"))
    archive.add(with_text(second, second.article.text, file="news.jsonl:1"))
    archive.add(with_text(first, first.article.text, file="news.jsonl:2"))
    assert [report.article.text for report in archive.reports()] == [first.article.text, second.article.text]


def test_text_that_no_database_holds_is_refused(archive: Archive) -> None:
    report = annotated(NAMES[0])
    for text in ("a\0b", "a\ud800b"):
        with pytest.raises(ArticleError, match="nob__syn-a01"):
            archive.add(with_text(report, text))
    assert rows(archive, "articles") == 0


def test_an_article_far_longer_than_any_is_kept_and_found(archive: Archive) -> None:
    text = " ".join(f"ord{n}" for n in range(300_000)) + " " + "x" * 5000
    report = with_text(annotated(NAMES[0]), text, url="https://example.org/" + "a" * 10_000)
    assert archive.report(archive.add(report).article).article.text == text
    assert archive.search(words="ord77", within="article").findings


def test_reports_go_on_past_what_is_fetched_at_once(archive: Archive) -> None:
    report = annotated(NAMES[0])
    texts = [f"{report.article.text}{n}" for n in range(120)]
    outcomes = [one.outcome for one in archive.add_many(with_text(report, t, file=f"{n}") for n, t in enumerate(texts))]
    assert outcomes == ["new"] * 120
    assert [one.article.text for one in archive.reports()] == texts


def test_an_unknown_article_is_named(archive: Archive) -> None:
    with pytest.raises(UsageError, match="f00ba4"):
        archive.report("f00ba4")


def test_the_tables_of_the_code_are_those_of_the_migrations(archive: Archive) -> None:
    def differences(connection: Connection) -> list[str]:
        def ours(name: str | None, kind: str, parents: object) -> bool:
            return kind != "table" or name in tables.metadata.tables

        options = {"version_table": REVISION_TABLE, "include_name": ours}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)
        return [str(one) for one in found]

    found = archive._database.work(differences, writing=False)
    # FTS5 does the same on SQLite; on PostgreSQL the index is of a kind that Alembic does not make from the tables.
    expected = ("Column('words'", "ix_versions_words", "ix_attributions_words")
    assert [one for one in found if not any(words in one for words in expected)] == []


def test_opening_again_finds_what_is_there(address: str) -> None:
    report = annotated(NAMES[0])
    with Archive.open(address) as archive:
        article = archive.add(report).article
    with Archive.open(address) as archive:
        assert archive.report(article) == report

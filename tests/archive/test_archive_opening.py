"""Opening: what is no archive, newer than the code, or nowhere, is refused with a reason."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from kildespor.archive import Archive, ArchiveError, store
from kildespor.archive.migrations import HEAD, REVISION_TABLE
from kildespor.errors import UsageError
from tests.archive.adder import report
from tests.archive.postgresql import Server
from tests.archive.wholeness import hold_together
from tests.reports import annotated


def connect(address: str) -> sqlite3.Connection | psycopg.Connection:
    if address.startswith("postgresql"):
        return psycopg.connect(address)
    return sqlite3.connect(address)


def test_an_archive_newer_than_the_code_is_refused(address: str) -> None:
    Archive.open(address).close()
    with connect(address) as connection:
        connection.execute(f"UPDATE {REVISION_TABLE} SET version_num = '9999'")
    with pytest.raises(ArchiveError, match=r"newer Kildespor \(schema 9999"):
        Archive.open(address)


def test_a_database_of_something_else_is_refused_and_left_alone(address: str) -> None:
    with connect(address) as connection:
        connection.execute("CREATE TABLE articles (name text)")
    with pytest.raises(ArchiveError, match="something else"):
        Archive.open(address)
    with connect(address) as connection:
        assert connection.execute("SELECT * FROM articles").fetchall() == []


def test_the_schema_is_at_the_newest_step(address: str) -> None:
    Archive.open(address).close()
    with connect(address) as connection:
        assert connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall() == [(HEAD,)]


def test_an_archive_of_the_step_before_is_brought_up_to_date(address: str) -> None:
    config = Config()
    config.set_main_option("script_location", "kildespor.archive:migrations")
    config.set_main_option("path_separator", "os")
    step = ScriptDirectory.from_config(config).get_revision(HEAD)
    assert step and isinstance(step.down_revision, str)
    url = address.replace("postgresql:", "postgresql+psycopg:") if "://" in address else f"sqlite:///{address}"
    with create_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step.down_revision)
        articles = [store.add(connection, report(number), "before").article for number in range(3)]
    with Archive.open(address) as archive:
        assert [version.article for version in hold_together(archive)] == articles
        assert archive.add(report(1)).outcome == "known"
        assert archive.add(report(3)).outcome == "new"
    with connect(address) as connected:
        assert connected.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall() == [(HEAD,)]


def test_an_archive_may_be_opened_for_the_first_time_by_many_at_once(address: str) -> None:
    many = 8
    together = threading.Barrier(many)

    def add(number: int) -> str:
        together.wait()
        with Archive.open(address) as archive:
            return archive.add(report(number)).outcome

    with ThreadPoolExecutor(many) as pool:
        assert list(pool.map(add, range(many))) == ["new"] * many


def test_opening_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dette er notater. " * 100, encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"notes\.txt is no SQLite database"):
        Archive.open(path)
    assert path.read_text(encoding="utf-8").startswith("Dette")


def test_an_archive_that_is_not_there_is_not_made_unasked(server: Server, tmp_path: Path) -> None:
    for address in (tmp_path / "archive.db", server.schema()):
        for _ in range(2):
            with pytest.raises(ArchiveError, match="there is no archive"):
                Archive.open(address, create=False)
        Archive.open(address).close()
        Archive.open(address, create=False).close()


def test_opening_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="folder must exist"):
        Archive.open(tmp_path / "none" / "archive.db")


def test_opening_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="does not answer"):
        Archive.open(f"postgresql://nobody@/none?host={tmp_path}", patience=0)


def test_opening_a_database_that_is_not_there(server: Server) -> None:
    address = server.database()
    with pytest.raises(ArchiveError, match="does not exist"):
        Archive.open(address.replace("@/t", "@/none"), patience=0)


def test_a_database_that_does_not_hold_all_characters_is_refused(server: Server) -> None:
    with pytest.raises(ArchiveError, match="LATIN1"):
        Archive.open(server.database("ENCODING 'LATIN1' TEMPLATE template0"))


@pytest.mark.parametrize("address", ["mysql://localhost/archive", "postgresql://:port/a", "http://example.org/"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        Archive.open(address)


def test_a_password_is_not_told() -> None:
    with pytest.raises(ArchiveError) as told:
        Archive.open("postgresql://test:secret@127.0.0.1:1/archive", patience=0)
    assert "secret" not in str(told.value)


def test_without_an_address_the_environment_says_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KILDESPOR_ARCHIVE", address)
    with Archive.open() as archive:
        article = archive.add(annotated("nob__syn-a01")).article
    with Archive.open(address) as archive:
        assert archive.report(article)


def test_without_anything_it_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KILDESPOR_ARCHIVE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    Archive.open().close()
    assert (tmp_path / "kildespor" / "kildespor.db").exists()

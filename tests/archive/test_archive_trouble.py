"""Other processes, killed ones, locks, full disks and lost servers: nothing is lost, doubled or half-stored."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, func, select, text

from kildespor.archive import Archive, ArchiveError, tables
from tests.archive.adder import report
from tests.archive.postgresql import Server
from tests.reports import WRITTEN

KILLS = int(os.environ.get("KILDESPOR_KILLS", "4"))
"""How many times the process that adds is killed; set it higher for a longer trial."""


def adder(address: str, first: int, last: int, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.archive.adder", address, str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def told(process: subprocess.Popen[str], complaint: str = "") -> list[tuple[str, str]]:
    """Article and outcome of every whole line that a process has written, once it has ended."""
    output, complaints = process.communicate(timeout=120)
    assert complaint in complaints
    return [(line.split()[0], line.split()[1]) for line in output.splitlines(keepends=True) if line.endswith("\n")]


def hold_together(archive: Archive) -> set[str]:
    """The articles of an archive, having seen that each is there whole and found."""
    articles = set()
    for version in archive._versions(tables.versions.c.current):
        assert version.report == report(int(Path(version.report.article.file or "").stem))
        articles.add(version.article)

    def counts(connection: Connection) -> dict[str, int]:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            connection.execute(text("INSERT INTO attribution_words(attribution_words) VALUES ('integrity-check')"))
        every = tables.metadata.sorted_tables
        return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in every}

    found, whole = archive._database.work(counts), report(0)
    n = len(articles)
    assert found["articles"] == found["versions"] == n
    assert found["attributions"] == n * len(whole.attributions)
    assert found["sources"] == n * len(whole.sources)
    assert found["relays"] == n * sum(len(one.relays) for one in whole.attributions)
    return articles


def test_killed_at_any_moment_nothing_is_half_there_and_the_next_run_goes_on(address: str) -> None:
    Archive.open(address).close()
    seed = random.randrange(2**32)
    moments, acknowledged, first = random.Random(seed), set(), 0
    for _ in range(KILLS):
        process = adder(address, 0, 10_000)
        # Most of the time up to the first line goes to starting Python.
        process.stdout.readline() if moments.random() < 0.8 else None
        time.sleep(moments.random() * 0.5)
        process.send_signal(signal.SIGKILL)
        acknowledged |= {article for article, _ in told(process)}
        with Archive.open(address) as archive:
            there = hold_together(archive)
        assert acknowledged <= there, f"seed {seed}"
        assert len(there) >= first
        first = len(there)
    process = adder(address, 0, first + 3)
    outcomes = [outcome for _, outcome in told(process)]
    assert outcomes == ["known"] * first + ["new"] * 3


def test_two_processes_lose_nothing_and_double_nothing(address: str) -> None:
    processes = [adder(address, 0, 25), adder(address, 5, 30)]
    outcomes = [told(process) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [len(one) for one in outcomes] == [25, 25]
    new = [article for one in outcomes for article, outcome in one if outcome == "new"]
    with Archive.open(address) as archive:
        assert sorted(new) == sorted(hold_together(archive))
    assert len(new) == 30


def test_two_processes_changing_one_article_number_its_versions_one_after_the_other(address: str) -> None:
    versions = [replace(one, article=replace(one.article, file="same.txt")) for one in map(report, range(16))]
    with Archive.open(address) as archive:
        threads = [
            threading.Thread(target=lambda part=part: list(archive.add_many(part)))
            for part in (versions[:8], versions[8:])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = archive.versions(archive.add(versions[3]).article)
        assert sorted(version.number for version in kept) == list(range(1, 17))
        assert sum(version.current for version in kept) == 1


def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path, patience=20) as archive:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(3, lambda: other.execute("ROLLBACK")).start()
        assert archive.add(report(1)).outcome == "new"
        other.close()


def test_a_file_that_stays_locked_is_told(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path, patience=0.3) as archive:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveError, match="locked by another process"):
            archive.add(report(1))
        other.execute("ROLLBACK")
        other.close()
        assert archive.add(report(1)).outcome == "new"


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    process = adder(str(path), 0, 200, preexec_fn=small)
    acknowledged = told(process, "ArchiveError: ")
    assert process.returncode == 1
    assert acknowledged
    with Archive.open(path) as archive:
        there = hold_together(archive)
        assert {article for article, _ in acknowledged} == there
        assert archive.add(report(500)).outcome == "new"


def test_sqlite_says_that_the_disk_is_full(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.add(report(0))
        pages = archive._database.work(lambda connection: connection.scalar(text("PRAGMA page_count")))
        archive._database.work(lambda connection: connection.execute(text(f"PRAGMA max_page_count={pages}")).all())
        with pytest.raises(ArchiveError, match="disk is full"):
            for number in range(1, 100):
                archive.add(report(number))
        archive._database.work(lambda connection: connection.execute(text("PRAGMA max_page_count=100000")).all())
        assert len(hold_together(archive)) == number


def test_a_server_that_restarts_is_waited_for(server: Server) -> None:
    address = server.schema()
    with Archive.open(address) as archive:
        archive.add(report(0))
        restarting = threading.Thread(target=server.restart)
        restarting.start()
        added = [one.outcome for one in archive.add_many(report(number) for number in range(1, 60))]
        restarting.join()
        assert added == ["new"] * 59
        server.restart()
        assert archive.add(report(60)).outcome == "new"
        assert len(hold_together(archive)) == 61


def test_a_server_that_is_gone_is_told(server: Server) -> None:
    address = server.schema()
    with Archive.open(address, patience=0.5) as archive:
        archive.add(report(0))
        server.stop()
        try:
            with pytest.raises(ArchiveError, match="does not answer"):
                archive.add(report(1))
            with pytest.raises(ArchiveError, match="does not answer"):
                list(archive.add_many([WRITTEN / "nob__syn-a01.txt"]))
        finally:
            server.start()
        assert len(hold_together(archive)) == 1
        assert archive.add(report(1)).outcome == "new"

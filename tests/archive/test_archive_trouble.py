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
from sqlalchemy import text

from kildespor.archive import Archive, ArchiveError
from tests.archive.adder import report
from tests.archive.postgresql import Server
from tests.archive.test_archive_cli import kildespor, needs_model
from tests.archive.wholeness import hold_together
from tests.reports import WRITTEN

KILLS = int(os.environ.get("KILDESPOR_KILLS", "4"))
"""How many times the process that adds is killed; set it higher for a longer trial."""


def adder(address: str, first: int, last: int, **options: object) -> subprocess.Popen[str]:
    """A process that adds reports, which takes no model and no time to read them."""
    command = [sys.executable, "-m", "tests.archive.adder", address, str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def told(process: subprocess.Popen[str], complaint: str = "") -> list[tuple[str, str]]:
    """Article and outcome of every whole line that a process has written, once it has ended."""
    output, complaints = process.communicate(timeout=120)
    assert complaint in complaints
    return [(line.split()[0], line.split()[1]) for line in output.splitlines(keepends=True) if line.endswith("\n")]


def as_added(archive: Archive) -> set[str]:
    """The articles of an archive that ``adder`` has filled, having seen that each is as it was given."""
    versions = hold_together(archive)
    assert all(one.report == report(int(Path(one.report.article.file or "").stem)) for one in versions)
    return {version.article for version in versions}


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
            there = as_added(archive)
        assert acknowledged <= there, f"seed {seed}"
        assert len(there) >= first
        first = len(there)
    process = adder(address, 0, first + 3)
    outcomes = [outcome for _, outcome in told(process)]
    assert outcomes == ["known"] * first + ["new"] * 3


@needs_model
def test_the_command_killed_at_any_moment_goes_on_at_the_next_run(address: str, tmp_path: Path) -> None:
    # Half as many times, since each loads the model.
    news, output, kills = tmp_path / "news", tmp_path / "told", KILLS // 2
    articles = 4 * kills
    news.mkdir()
    texts = [path.read_text(encoding="utf-8")[:500] for path in sorted(WRITTEN.glob("*.txt"))]
    for number in range(articles):
        (news / f"{number:03}.txt").write_text(f"{texts[number % 3]}\nSak {number}.\n", encoding="utf-8")
    Archive.open(address).close()
    seed = random.randrange(2**32)
    moments, acknowledged = random.Random(seed), set()
    for _ in range(kills):
        with output.open("w") as file:
            command = [sys.executable, "-m", "kildespor.cli", "add", str(news), "--archive", address]
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not output.stat().st_size and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(moments.random() * 0.3)
        process.kill()
        process.communicate()
        lines = output.read_text().splitlines(keepends=True)
        acknowledged |= {line.split()[0] for line in lines if line.endswith("\n")}
        with Archive.open(address) as archive:
            assert acknowledged <= {version.article for version in hold_together(archive)}, f"seed {seed}"
    there = len(acknowledged)
    outcomes = [line.split()[1] for line in kildespor("add", news, "--archive", address).stdout.splitlines()]
    assert len(outcomes) == articles
    assert outcomes.count("known") >= there
    with Archive.open(address) as archive:
        assert len(hold_together(archive)) == articles


def test_two_processes_lose_nothing_and_double_nothing(address: str) -> None:
    processes = [adder(address, 0, 25), adder(address, 5, 30)]
    outcomes = [told(process) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [len(one) for one in outcomes] == [25, 25]
    new = [article for one in outcomes for article, outcome in one if outcome == "new"]
    with Archive.open(address) as archive:
        assert sorted(new) == sorted(as_added(archive))
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


def small() -> None:
    """Let this process write no file of more than 600 kB, which to it is a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()

    process = adder(str(path), 0, 200, preexec_fn=small)
    acknowledged = told(process, "ArchiveError: ")
    assert process.returncode == 1
    assert acknowledged
    with Archive.open(path) as archive:
        there = as_added(archive)
        assert {article for article, _ in acknowledged} == there
        assert archive.add(report(500)).outcome == "new"


@needs_model
def test_the_command_says_on_one_line_that_the_disk_is_full(tmp_path: Path) -> None:
    path, news = tmp_path / "archive.db", tmp_path / "news"
    Archive.open(path).close()
    news.mkdir()
    for number in range(40):
        (news / f"{number:02}.txt").write_text(f"Slik er det, sier Kari Li i sak {number}. " * 40, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "kildespor.cli", "add", str(news), "--archive", str(path)],
        preexec_fn=small,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "KILDESPOR_LANG": "en"},
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"kildespor: {path} could not ")
    assert ran.stderr.count("\n") == 1
    assert ran.stdout
    with Archive.open(path) as archive:
        assert [version.article for version in hold_together(archive)] == [
            line.split()[0] for line in ran.stdout.splitlines()
        ]


def test_sqlite_says_that_the_disk_is_full(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.add(report(0))
        pages = archive._database.work(lambda connection: connection.scalar(text("PRAGMA page_count")))
        archive._database.work(lambda connection: connection.execute(text(f"PRAGMA max_page_count={pages}")).all())
        with pytest.raises(ArchiveError, match="disk is full"):
            for number in range(1, 100):
                archive.add(report(number))
        archive._database.work(lambda connection: connection.execute(text("PRAGMA max_page_count=100000")).all())
        assert len(as_added(archive)) == number


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
        assert len(as_added(archive)) == 61


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
        assert len(as_added(archive)) == 1
        assert archive.add(report(1)).outcome == "new"

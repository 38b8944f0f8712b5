"""Batch on one machine: all that comes in is in the tables or among the failures, whatever happens to the processes."""

import gzip
import json
import multiprocessing
import os
import pty
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import msgspec
import pandas
import polars
import psutil
import pyarrow
import pytest
from pyarrow import parquet

from kildespor.batch import Progress, Summary, batch
from kildespor.batch.output import JOB
from kildespor.batch.tables import SCHEMAS, VERSION
from kildespor.batch.work import Job, Worker
from kildespor.errors import ModelError, UsageError
from kildespor.export.tables import tables
from kildespor.reading import read_many
from tests.test_batch_stretches import page

KILLS = int(os.environ.get("KILDESPOR_KILLS", "2"))
"""How many times a run is killed; set it higher for a longer trial."""


def text(number: int) -> str:
    return f"– Ferga står i dag, sier kaptein Kari Li til NTB. Det skriver VG i sak {number}."


def json_lines(path: Path, count: int, first: int = 0) -> Path:
    rows = ({"text": text(n), "outlet": "Årdalsposten", "published": "2024-01-02"} for n in range(first, first + count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def asked(out: Path, query: str) -> list[tuple[object, ...]]:
    """What DuckDB answers, the tables called by their names."""
    for name in SCHEMAS:
        query = query.replace(f"@{name}", f"'{out}/{name}/*.parquet'")
    return duckdb.sql(query).fetchall()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Summary]:
    """A folder with everything in it, some of it broken, and the tables that came of it."""
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out") / "new" / "tables"
    records = [gzip.compress(page(number, 0)) for number in range(4)]
    records[1] = records[1][:200] + bytes([records[1][200] ^ 0xFF]) + records[1][201:]
    (folder / "crawl.warc.gz").write_bytes(b"".join(records))
    json_lines(folder / "lines.jsonl", 5).open("a", encoding="utf-8").write("{no json\n")
    parquet.write_table(pyarrow.Table.from_pylist([{"text": text(9)}, {"text": None}]), folder / "rows.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([{"body": text(9)}]), folder / "nameless.parquet")
    (folder / "one.txt").write_text(text(10), encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    return folder, out, batch([folder], out, workers=1)


def test_everything_that_comes_in_is_read_or_among_the_failures(mixed: tuple[Path, Path, Summary]) -> None:
    folder, out, summary = mixed
    files = [Path(str(file)).name.partition(":")[0] for (file,) in asked(out, "SELECT file FROM @articles ORDER BY 1")]
    assert files == ["crawl.warc.gz"] * 3 + ["lines.jsonl"] * 5 + ["one.txt", "rows.parquet"]
    failed = dict(asked(out, "SELECT source, reason FROM @failures"))
    names = sorted(str(Path(source).relative_to(folder)) for source in failed)
    broken = f"crawl.warc.gz:{len(gzip.compress(page(0, 0)))}"
    assert names == ["binary.txt", broken, "lines.jsonl:6", "nameless.parquet", "rows.parquet:2"]
    assert "no column “text”; it has body" in failed[str(folder / "nameless.parquet")]
    assert "no sound record" in failed[f"{folder}/{broken}"]
    assert all(reason for reason in failed.values())
    assert (summary.rows["articles"], summary.rows["failures"]) == (10, 5)


def test_the_tables_are_those_of_the_reports(mixed: tuple[Path, Path, Summary]) -> None:
    folder, out, summary = mixed
    (report,) = read_many([folder / "one.txt"])
    for name, table in tables([report]).items():
        parts = [parquet.read_table(path) for path in sorted((out / name).glob("*.parquet"))]
        whole = pyarrow.concat_tables(parts)
        assert whole.schema.remove_metadata() == SCHEMAS[name]
        assert whole.num_rows == summary.rows[name]
        rows = [row for row in whole.to_pylist() if row["article_id"] == report.article.id]
        assert rows == table.to_pylist()
        metadata = parts[0].schema.metadata
        assert (metadata[b"kildespor.schema"], metadata[b"kildespor.model"]) == (b"1", report.model.encode())


def test_duckdb_polars_and_pandas_read_every_table(mixed: tuple[Path, Path, Summary]) -> None:
    _, out, summary = mixed
    for name, schema in SCHEMAS.items():
        by_duckdb = duckdb.sql(f"SELECT * FROM '{out}/{name}/*.parquet'")
        by_polars = polars.read_parquet(out / name / "*.parquet")
        by_pandas = pandas.read_parquet(out / name)
        assert by_duckdb.columns == by_polars.columns == list(by_pandas.columns) == schema.names
        assert len(by_duckdb) == len(by_polars) == len(by_pandas) == summary.rows[name]
    spoken = polars.read_parquet(out / "attributions" / "*.parquet").filter(polars.col("kind") == "direct")
    assert "Ferga står i dag" in " ".join(spoken["content"])


def test_a_finished_job_is_not_done_again(mixed: tuple[Path, Path, Summary]) -> None:
    folder, out, summary = mixed
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    told: list[Progress] = []
    assert batch([folder], out, tell=told.append) == summary
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")} == before
    assert told[-1] == Progress(articles=15, before=15, expected=15)


def test_another_job_may_not_go_on_with_a_folder(mixed: tuple[Path, Path, Summary], tmp_path: Path) -> None:
    folder, out, _ = mixed
    with pytest.raises(UsageError, match='begun with outlet null, and this is "VG"'):
        batch([folder], out, outlet="VG")
    with pytest.raises(UsageError, match="begun with inputs"):
        batch([folder / "one.txt"], out)
    (folder / "two.txt").write_text(text(11), encoding="utf-8")
    try:
        with pytest.raises(UsageError, match="is new, gone or changed"):
            batch([folder], out)
    finally:
        (folder / "two.txt").unlink()
    (tmp_path / "theirs.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        batch([folder], tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != ".lock"] == ["theirs.txt"]


def test_a_folder_of_another_schema_version_is_refused(mixed: tuple[Path, Path, Summary]) -> None:
    folder, out, _ = mixed
    before = (out / JOB).read_bytes()
    try:
        (out / JOB).write_text(json.dumps(json.loads(before) | {"schema": VERSION + 1, "new": []}), encoding="utf-8")
        with pytest.raises(UsageError, match=f"version {VERSION + 1} of the tables"):
            batch([folder], out)
        (out / JOB).write_text("{", encoding="utf-8")
        with pytest.raises(UsageError, match="no folder that kildespor batch has written"):
            batch([folder], out)
    finally:
        (out / JOB).write_bytes(before)


def test_what_is_wrong_with_the_call_is_said_before_anything_is_read(tmp_path: Path) -> None:
    source, out = json_lines(tmp_path / "a.jsonl", 1), tmp_path / "out"
    with pytest.raises(UsageError, match="is not read here"):
        batch([source], out, language="tlh")
    with pytest.raises(UsageError, match="is no EDTF date"):
        batch([source], out, published="yesterday")
    with pytest.raises(UsageError, match="there is no field"):
        batch([source], out, columns={"body": "text"})
    with pytest.raises(UsageError, match="would be read as input"):
        batch([tmp_path], out)
    with pytest.raises(UsageError, match=r"gone\.toml"):
        batch([source], out, register=[tmp_path / "gone.toml"])
    assert not out.exists()


def test_a_machine_with_another_model_takes_no_part(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="and the job is done with another"):
        Worker(tmp_path, Job(kildespor="0", model="another", inputs=()))


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    source = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([{"body": text(1), "paper": "VG"}]), source)
    summary = batch([source], tmp_path / "out", columns={"text": "body", "outlet": "paper"}, workers=1)
    assert (summary.rows["articles"], summary.rows["failures"]) == (1, 0)
    assert asked(tmp_path / "out", "SELECT outlet FROM @articles") == [("VG",)]


def started(source: Path, out: Path, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kildespor.cli", "batch", str(source), "--out", str(out), "--workers", "2"]
    return subprocess.Popen(
        [*command, "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def ended(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def workers(process: subprocess.Popen[str], least: int = 1) -> list[psutil.Process]:
    """The processes below one, as soon as there are ``least``; none when it has ended before."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        found = psutil.Process(process.pid).children(recursive=True)
        if len(found) >= least:
            return found
        time.sleep(0.05)
    assert process.poll() is not None, "no workers"
    return []


def hold_together(out: Path, count: int) -> None:
    """Every article once, and with it all that was read in it."""
    places = [int(str(file).rpartition(":")[2]) for (file,) in asked(out, "SELECT file FROM @articles")]
    assert sorted(places) == list(range(1, count + 1))
    ((heard, spoken, different),) = asked(
        out,
        "SELECT count(DISTINCT article_id), count(*), count(DISTINCT article_id || ' ' || attribution_id) "
        "FROM @attributions",
    )
    assert (heard, different) == (count, spoken)
    notes = [msgspec.json.decode(path.read_bytes()) for path in (out / "done").glob("*.json")]
    assert sum(note["rows"]["articles"] for note in notes) == count
    assert sum(note["rows"]["attributions"] for note in notes) == spoken
    assert not [path for path in out.rglob(".*") if path.name != ".lock"]


def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    count = 200
    source, out = json_lines(tmp_path / "a.jsonl", count), tmp_path / "out"
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    for _ in range(KILLS):
        process = started(source, out)
        below = workers(process)
        time.sleep(moments.random() * 3)
        below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else below
        process.kill()
        process.communicate()
        assert ended(below), f"workers outlive their parent, seed {seed}"
    output, complaints = started(source, out).communicate(timeout=120)
    assert f"{count} articles" in output, (complaints, seed)
    hold_together(out, count)


def test_files_that_a_dead_worker_has_left_half_written_are_taken_away(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def died(progress: Progress) -> None:
        """A worker that is killed while it writes leaves what is open; another then reads its part."""
        if not progress.articles:
            (out / "articles").mkdir(exist_ok=True)
            (out / "articles" / ".000001.parquet.0123456789abcdef").write_bytes(b"PAR1")

    batch([json_lines(tmp_path / "a.jsonl", 3)], out, workers=1, tell=died)
    hold_together(out, 3)


def test_a_worker_that_is_ended_ends_the_run_and_the_next_goes_on(tmp_path: Path) -> None:
    source, out = json_lines(tmp_path / "a.jsonl", 240), tmp_path / "out"
    process = started(source, out)
    until = time.monotonic() + 60
    while not list(out.glob("done/*.json")) and time.monotonic() < until:
        time.sleep(0.05)
    for worker in workers(process):
        if "spawn_main" in " ".join(worker.cmdline()):
            worker.kill()
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "A worker process was ended from outside" in complaint
    assert started(source, out).wait(120) == 0
    hold_together(out, 240)


def test_an_interruption_ends_it_at_once(tmp_path: Path) -> None:
    source, out = json_lines(tmp_path / "a.jsonl", 400), tmp_path / "out"
    process = started(source, out, start_new_session=True)
    below = workers(process, 3)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint) == (130, "")
    assert ended(below)


def test_two_runs_may_not_write_into_one_folder(tmp_path: Path) -> None:
    source, out = json_lines(tmp_path / "a.jsonl", 400), tmp_path / "out"
    process = started(source, out)
    workers(process)
    with pytest.raises(UsageError, match="another run is writing there"):
        batch([source], out)
    process.kill()
    process.communicate()


def test_the_bar_is_for_terminals(tmp_path: Path) -> None:
    source = json_lines(tmp_path / "a.jsonl", 3)
    output, complaint = started(source, tmp_path / "quiet").communicate(timeout=60)
    assert output.startswith("3 articles and ")
    assert complaint == ""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "kildespor.cli", "batch", str(source), "--out", str(tmp_path / "shown")]
    shown = b""
    with subprocess.Popen(command, stderr=terminal, stdout=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "100"}):
        os.close(terminal)
        try:
            # A terminal holds a few kilobytes until somebody reads them.
            while piece := os.read(master, 4096):
                shown += piece
        except OSError:
            # The end, as Linux tells it.
            pass
    assert b"/s" in shown


def test_nothing_read_at_all_is_an_error(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.Table.from_pylist([{"body": text(1)}]), tmp_path / "a.parquet")
    process = started(tmp_path / "a.parquet", tmp_path / "out")
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "1 could not be read; the reason is in" in complaint


def test_no_process_is_left(mixed: tuple[Path, Path, Summary]) -> None:
    assert multiprocessing.active_children() == []

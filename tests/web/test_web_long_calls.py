"""The calls of the API whose work takes long: figures, reading again, many articles into tables, corrected articles."""

import io
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio
import msgspec
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

import kildespor
from kildespor.archive import Archive
from kildespor.batch.tables import SCHEMAS
from kildespor.errors import KildesporError, UsageError
from kildespor.stats import Stats, stats
from kildespor.web.apart import WAITING, Apart
from kildespor.web.limits import Rate
from kildespor.web.readers import Busy
from tests.reports import annotated
from tests.web.serving import TEXT, Answer, Served, serving

NAMES = ("nob__syn-a01", "nno__syn-e01", "swe__syn-c01")
RUSSIAN = "Паром стоит у причала. Никто не пострадал, сообщает судоходная компания."
JSON_LINES = {"Content-Type": "application/jsonl"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server, and its archive of articles that another model has read; one of them cannot be read here."""
    folder = tmp_path_factory.mktemp("long")
    with Archive.open(folder / "archive.db") as archive:
        unreadable = annotated(NAMES[0])
        article = replace(unreadable.article, text=RUSSIAN, file="russian.txt", language=None)
        archive.add(replace(unreadable, article=article, attributions=(), sources=(), statements=(), dates=()))
        for name in NAMES:
            added = archive.add(annotated(name))
        archive.correct(added.article, "a1", "reject")
    with serving(folder, "--rate", "10000") as server:
        yield server, folder / "archive.db"


def sent(served: Served, lines: bytes, query: str = "", headers: dict[str, str] = JSON_LINES) -> Answer:
    found = served._pool.request("POST", f"{served.address}/api/batch{query}", body=lines, headers=headers)
    return Answer(found.status, {name.lower(): value for name, value in found.headers.items()}, found.data)


def unpacked(answer: Answer, folder: Path) -> Path:
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip"), answer.body[:500]
    zipfile.ZipFile(io.BytesIO(answer.body)).extractall(folder)
    return folder


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    return pq.read_table(folder / table).to_pylist()


def test_the_figures_are_those_of_the_archive(served: tuple[Served, Path]) -> None:
    server, archive = served
    given = msgspec.json.decode(server.get("/api/stats?limit=2").body, type=Stats)
    assert given == stats(archive, limit=2)
    of_year = msgspec.json.decode(server.get("/api/stats?year=1999&outlet=ntb").body, type=Stats)
    assert of_year.total.articles == 0


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [("csv", "text/csv", b"name,type"), ("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")],
)
def test_a_table_of_the_figures_is_written_or_drawn(
    served: tuple[Served, Path], form: str, media_type: str, start: bytes
) -> None:
    answer = served[0].get(f"/api/stats?format={form}&table=sources&lang=en")
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.body.startswith(start)


def test_corrected_articles_are_those_that_the_command_writes(served: tuple[Served, Path], tmp_path: Path) -> None:
    server, path = served
    folder = unpacked(server.get("/api/export-corrections"), tmp_path / "got")
    with Archive.open(path) as archive:
        (written,) = archive.export_corrections(tmp_path / "written")
    assert {found.name for found in folder.iterdir()} == {written.name, written.with_suffix(".txt").name}
    for each in (written, written.with_suffix(".txt")):
        assert (folder / each.name).read_bytes() == each.read_bytes()


def test_what_another_model_has_read_is_read_again_a_part_at_a_time(served: tuple[Served, Path]) -> None:
    server, path = served
    done, failed, offset, more, calls = [], [], 0, True, 0
    while more and calls < 10:
        answer = server.ask("POST", f"/api/reread?limit=2&offset={offset}").json()
        done, failed = done + answer["reread"], failed + answer["failed"]
        offset, more, calls = answer["offset"], answer["more"], calls + 1
    assert (len(done), calls, offset) == (len(NAMES), 2, 1)
    assert {one["outcome"] for one in done} == {"reread"}
    assert [one["source"] for one in failed] == ["russian.txt"] and "Russian" in failed[0]["reason"]
    with Archive.open(path) as archive:
        assert archive.outdated() == 1
        judged = archive.versions(done[-1]["article"])[-1]
        assert judged.as_read.model != "gold" and len(judged.corrections) == 1
    nothing = server.ask("POST", f"/api/reread?offset={offset}").json()
    assert nothing == {"reread": [], "failed": [], "offset": 1, "more": False}


def test_articles_become_the_tables_of_a_batch(served: tuple[Served, Path], tmp_path: Path) -> None:
    lines = [{"text": TEXT, "title": "Ferja", "published": "2024-10"}, {"text": RUSSIAN}, {"text": TEXT + "Slutt.\n"}]
    body = b"\n".join(map(msgspec.json.encode, lines)) + b"\n\nno JSON\n"
    folder = unpacked(sent(served[0], body, "?outlet=Kystavisa"), tmp_path)
    for name, schema in SCHEMAS.items():
        assert pq.read_table(folder / name).schema.remove_metadata() == schema
    assert [row["outlet"] for row in rows(folder, "articles")] == ["Kystavisa", "Kystavisa"]
    failures = {row["source"]: row["reason"] for row in rows(folder, "failures")}
    assert set(failures) == {"articles.jsonl:2", "articles.jsonl:5"} and "Russian" in failures["articles.jsonl:2"]
    report = kildespor.read(TEXT, outlet="Kystavisa", published="2024-10")
    kept = rows(folder, "attributions")
    assert [row["source"] for row in kept] == 2 * [one.entity for one in report.attributions]
    assert stats(folder).total.articles == 2
    assert not any(str(Path.home()).encode() in path.read_bytes() for path in folder.glob("*.json*"))


@pytest.mark.parametrize(
    ("lines", "query", "headers", "status", "told"),
    [
        (b'{"text": "Hei"}', "", {"Content-Type": "application/json"}, 415, "application/jsonl"),
        (b"", "", JSON_LINES, 422, "0 lines"),
        (b"\n \n", "", JSON_LINES, 422, "0 lines"),
        (b'{"text": "Hei"}\n' * 51, "", JSON_LINES, 422, "1 to 50"),
        (b"\x1f\x8b" + b"x" * 20, "", JSON_LINES, 422, "compressed"),
        (b'{"text": "Hei"}', "?published=snart", JSON_LINES, 422, "snart"),
        (b'{"text": "Hei"}', "?language=fi", JSON_LINES, 400, "language"),
    ],
)
def test_lines_that_cannot_be_read_are_a_problem(
    served: tuple[Served, Path], lines: bytes, query: str, headers: dict[str, str], status: int, told: str
) -> None:
    answer = sent(served[0], lines, query, headers)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]


def test_many_articles_count_as_many_readings(tmp_path: Path) -> None:
    rate = Rate(3)
    assert (rate.wait("a", 2), rate.wait("a", 2) > 0, rate.wait("a")) == (0, True, 0)
    with serving(tmp_path, "--rate", "40") as server:
        assert sent(server, b"no JSON\n" * 41).status == 422
        assert sent(server, b"no JSON\n" * 40).status == 200
        again = sent(server, b"no JSON\n" * 40)
        assert again.status == 429 and int(again.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "stats"), ("GET", "export-corrections"), ("POST", "reread"), ("POST", "batch")],
)
def test_no_such_call_is_for_who_has_not_signed_in(
    closed_server: tuple[Served, str], open_server: Served, method: str, path: str
) -> None:
    assert closed_server[0].ask(method, f"/api/{path}").status == 401
    if method == "POST":
        assert open_server.ask(method, f"/api/{path}", headers={"Sec-Fetch-Site": "cross-site"}).status == 403


def together(apart: Apart, *works: Callable[[], object]) -> list[object]:
    """What each piece of work gave, or the error it ended with, all asked for at once."""
    given: dict[int, object] = {}

    async def one(number: int, work: Callable[[], object]) -> None:
        try:
            given[number] = await apart.do(work)
        except KildesporError as error:
            given[number] = error

    async def all_of_them() -> None:
        async with anyio.create_task_group() as group:
            for number, work in enumerate(works):
                group.start_soon(one, number, work)

    anyio.run(all_of_them)
    return [given[number] for number in sorted(given)]


def test_work_that_takes_too_long_or_ends_its_process_is_given_up_and_the_next_is_done() -> None:
    apart = Apart(15)
    try:
        assert together(apart, partial(max, 1, 2)) == [2]
        (ended,) = together(apart, partial(os._exit, 1))
        assert isinstance(ended, KildesporError) and "has ended" in str(ended)
        first, *others = together(apart, *[partial(time.sleep, 1)] * (WAITING + 3))
        assert first is None and sum(isinstance(one, Busy) for one in others) == 2
        apart._seconds = 0.5
        (slow,) = together(apart, partial(time.sleep, 60))
        assert isinstance(slow, UsageError) and "0.5 seconds" in str(slow)
        apart._seconds = 15
        assert together(apart, partial(max, 1, 2)) == [2]
    finally:
        apart.end()


def wait_in_a_folder(seconds: float, then: Callable[[], object]) -> object:
    """A piece of work that keeps something in a temporary folder while it lasts."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "articles.jsonl").write_bytes(b"{}")
        Path(os.environ["TMPDIR"], "begun").touch()
        time.sleep(seconds)
        return then()


@pytest.mark.parametrize(
    ("seconds", "then", "told"),
    [(60, partial(max, 1, 2), "seconds"), (0, partial(os._exit, 1), "has ended"), (0, partial(int, "x"), "has ended")],
)
def test_no_folder_is_left_however_work_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, then: Callable[[], object], told: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    apart = Apart(15)
    try:
        assert together(apart, partial(max, 1, 2)) == [2]
        apart._seconds = 3
        (error,) = together(apart, partial(wait_in_a_folder, seconds, then))
        assert isinstance(error, KildesporError) and told in str(error)
        assert (tmp_path / "begun").exists()
        assert not [path for path in tmp_path.iterdir() if path.is_dir()]
    finally:
        apart.end()

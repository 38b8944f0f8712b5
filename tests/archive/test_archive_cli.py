"""The archive from the command line, the whole way with the shipped model."""

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pyarrow
import pytest
from msgspec.structs import replace
from pyarrow import parquet

from kildespor.archive import Archive
from tests.reports import WRITTEN, annotated

SHIPPED = Path(__file__).parents[2] / "kildespor" / "attribution" / "shipped" / "model.onnx"

needs_model = pytest.mark.skipif(not SHIPPED.exists(), reason=f"{SHIPPED} is not there: train it first")


def kildespor(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kildespor.cli", *map(str, arguments)]
    known = {**os.environ, "KILDESPOR_LANG": "en", **environment}
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, env=known)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of annotated articles; no test here changes it."""
    path = tmp_path_factory.mktemp("filled") / "archive.db"
    with Archive.open(path) as archive:
        list(archive.add_many(annotated(name, outlet="Fjordposten") for name in ("nob__syn-a01", "swe__syn-c01")))
    return path


@needs_model
def test_the_whole_way(address: str, tmp_path: Path) -> None:
    news = tmp_path / "news"
    shutil.copytree(WRITTEN, news / "deeper")
    (news / "page.html").write_text(
        "<html><body><article><h1>Ferga står</h1><p>"
        + "– Vi er klare til å gå i streik fra i morgen tidlig, sier Kari Berg til avisa. " * 3
        + "</p></article></body></html>",
        encoding="utf-8",
    )
    told = kildespor("add", news, "-", "--archive", address, "--format", "json", stdin=b"Han er syk, ifolge VG.")
    assert told.returncode == 0, told.stderr
    added = json.loads(told.stdout)
    assert [one["outcome"] for one in added] == ["new"] * 5
    assert [Path(one["came_from"]).name for one in added][-2:] == ["page.html", "-"]

    again = kildespor("add", news, KILDESPOR_ARCHIVE=address)
    assert [line.split()[1] for line in again.stdout.splitlines()] == ["known"] * 4

    found = json.loads(kildespor("search", "streik", "--archive", address, "--source", "berg", "-f", "json").stdout)
    finding = found["findings"][0]
    assert finding["attribution"]["kind"] == "direct"
    assert "streik" in finding["content"]

    article, name = finding["article"], finding["attribution"]["id"]
    amended = kildespor("correct", article, name, "amend", "--set", "entity=Kari Bergs bror", "--archive", address)
    assert amended.returncode == 0, amended.stderr
    figures = kildespor("source", "bror", "--archive", address)
    assert "Kari Bergs bror" in figures.stdout
    assert "amended" in figures.stdout

    assert kildespor("reread", "--archive", address).stdout == ""
    exported = kildespor("export-corrections", tmp_path / "gold", "--archive", address)
    assert Path(exported.stdout.strip()).with_suffix(".txt").exists()


@needs_model
def test_what_cannot_be_read_is_told_and_the_rest_is_added(tmp_path: Path) -> None:
    good, empty = WRITTEN / "nob__syn-a01.txt", tmp_path / "empty"
    empty.mkdir()
    archive = tmp_path / "archive.db"
    done = kildespor("add", tmp_path / "none.txt", good, empty, "--archive", archive)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert "2 of 3 could not be read" in done.stderr
    assert kildespor("search", "--archive", archive, "--limit", "1").stdout


def test_of_very_many_failures_the_first_are_named_again_at_the_end(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": ""}\n' * 130)
    done = kildespor("add", rows, "--archive", tmp_path / "archive.db")
    assert (done.returncode, done.stdout) == (1, "")
    told, _, listed = done.stderr.partition("130 of 130 could not be read:\n")
    assert told.count("has no text") == 130
    assert listed.splitlines() == [*(f"  {rows}:{n}" for n in range(1, 101)), "  … and 30 more"]


@needs_model
def test_reading_again_replaces_what_another_model_has_read(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        article = archive.add(annotated("nob__syn-a01")).article
        archive.correct(article, "a1", "reject")
    assert kildespor("reread", "--archive", path).stdout.split()[:3] == [article, "read", "again"]
    with Archive.open(path) as archive:
        (version,) = archive.versions(article)
        assert version.as_read.model != "gold"
        assert len(version.corrections) == 1


def test_search_as_text_names_chain_content_and_article(filled: Path) -> None:
    done = kildespor("search", "--archive", filled, "--relay", "vtv", "--limit", "1")
    assert "→ VTV → Fjordposten" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "--offset 1" in kildespor("search", "--archive", filled, "--limit", "1").stdout
    assert kildespor("search", "finnesikke", "--archive", filled).stdout == "Nothing found.\n"


def test_search_as_a_table(filled: Path) -> None:
    done = kildespor("search", "--archive", filled, "--format", "csv", "--limit", "1000")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    with Archive.open(filled) as archive:
        attributions = [one for each in archive.reports() for one in each.attributions]
    assert len(rows) == len(attributions)
    assert {row["kind"] for row in rows} == {one.kind for one in attributions}


def test_a_name_of_several_words_needs_no_quotation_marks(filled: Path) -> None:
    with Archive.open(filled) as archive:
        name = next(source.name for report in archive.reports() for source in report.sources if " " in source.name)
    apart, together = (kildespor("source", *names, "--archive", filled) for names in (name.split(), [name]))
    assert apart.returncode == 0
    assert apart.stdout == together.stdout != "Nothing found.\n"


@pytest.mark.parametrize("form", ["svg", "png"])
def test_an_outlet_drawn(filled: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"figures.{form}"
    done = kildespor("outlet", "fjordposten", "--archive", filled, "--plot", path)
    assert "own sources" in done.stdout
    if form == "svg":
        drawn = " ".join(ElementTree.parse(path).getroot().itertext())
        assert "Fjordposten" in drawn
        assert "own sources" in drawn
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


def test_an_outlet_as_json_and_table(filled: Path) -> None:
    figures = json.loads(kildespor("outlet", "Fjordposten", "--archive", filled, "-f", "json").stdout)
    assert sum(figures["rests_on"].values()) == figures["attributions"]
    rows = csv.DictReader(io.StringIO(kildespor("outlet", "Fjordposten", "--archive", filled, "-f", "csv").stdout))
    counts = {row["name"]: int(row["n"]) for row in rows if row["figure"] == "rests_on"}
    assert counts == figures["rests_on"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search", "–"], "no word"),
        (["search", "--offset", "9" * 20], "--offset"),
        (["story", "--limit", "9" * 20], "--limit"),
        (["story", "\udcff"], "no word"),
        (["search", "--since", "i går"], "i går"),
        (["search", "--control", "nobody"], "--control"),
        (["outlet", "Fjordposten", "--plot", "figures.gif"], ".svg"),
        (["add", "rows.jsonl", "--column", "text"], "text=body"),
        (["add", "rows.jsonl", "--column", "body=text"], "no field “body”"),
        (["follow", "none.opml"], "no such file"),
        (["correct", "f00", "a1", "accept"], "f00"),
        (["correct", "f00", "a1", "amend", "--set", "entity"], "FIELD=VALUE"),
    ],
)
def test_a_wrong_call_gives_one_line_and_status_2(filled: Path, arguments: list[str], told: str) -> None:
    done = kildespor(*arguments, "--archive", filled)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_year_is_a_time(filled: Path) -> None:
    (first, *_) = json.loads(kildespor("search", "--format", "json", "--archive", filled).stdout)["findings"]
    name = first["attribution"]["id"]
    said = ("correct", first["article"], name, "amend", "--set", "when=2023", "--format", "json", "--archive", filled)
    assert json.loads(kildespor(*said).stdout)["amended"]["when"] == "2023"


def test_an_archive_that_cannot_be_opened_gives_one_line_and_status_1(tmp_path: Path) -> None:
    done = kildespor("search", "--archive", tmp_path / "none" / "archive.db")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"kildespor: {tmp_path}")
    for asked in (["search", "ferge"], ["outlet", "VG"], ["export"], ["reread"], ["story"], ["story", "ferge"]):
        done = kildespor(*asked, "--archive", tmp_path / "archive.db")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert "there is no archive" in done.stderr
    assert not list(tmp_path.iterdir())


def in_a_terminal(*arguments: object) -> tuple[bytes, bytes]:
    """What a command writes to standard output, and what to a terminal that is its standard error."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "kildespor.cli", *map(str, arguments)]
    environment = {**os.environ, "TERM": "xterm", "KILDESPOR_LANG": "en"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=environment) as running:
        os.close(terminal)
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    shown = b""
    try:
        while chunk := os.read(main, 4096):
            shown += chunk
    except OSError:
        os.close(main)
    return output, shown


@needs_model
def test_a_terminal_shows_how_far_it_has_come(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"text": f"Slik er det, sier Kari Li {n}."}) + "\n" for n in range(3)))
    output, shown = in_a_terminal("add", WRITTEN, rows, "--archive", path)
    assert output.count(b"\n") == 6
    assert "6 articles ·".encode() in shown
    assert b"100%" in shown
    assert b"/s" in shown
    with Archive.open(path) as archive:
        archive.add(annotated("nob__syn-a01", outlet="Fjordposten"))
    output, shown = in_a_terminal("reread", "--archive", path)
    assert output.count(b"read again") == 1
    assert "1 article ·".encode() in shown
    output, shown = in_a_terminal("export", "--archive", path)
    assert output.count(b"\n") == 7
    assert "7 articles ·".encode() in shown
    output, shown = in_a_terminal("read", *WRITTEN.glob("*.txt"), "--format", "jsonl")
    assert output.count(b"\n") == 3
    assert "3 articles ·".encode() in shown


def test_an_article_and_its_older_versions_are_shown_as_corrected(address: str, tmp_path: Path) -> None:
    first = annotated("nob__syn-a01", outlet="Fjordposten")
    later = replace(first, article=replace(first.article, text=first.article.text + "\nOppdatert."))
    with Archive.open(address) as archive:
        old, new = (archive.add(report).article for report in (first, later))
        archive.correct(old, "a2", "amend", entity="Kari Nordmann")

    told = kildespor("versions", new, "--archive", address).stdout
    assert [line.split()[:3] for line in told.splitlines()] == [[old, "version", "1"], [new, "version", "2,"]]
    assert "current" in told.splitlines()[1]
    assert told == kildespor("versions", old, "--archive", address).stdout
    table = list(csv.DictReader(io.StringIO(kildespor("versions", old, "-f", "csv", "--archive", address).stdout)))
    shown = [tuple(row[c] for c in ("article", "version", "current", "model", "came_from")) for row in table]
    assert shown == [(old, "1", "no", "gold", "nob__syn-a01.txt"), (new, "2", "yes", "gold", "nob__syn-a01.txt")]
    listed = json.loads(kildespor("versions", old, "-f", "json", "--archive", address).stdout)
    assert [one["added"] for one in listed] == [row["added"] for row in table]

    for article in (old, new):
        assert kildespor("report", article, "--archive", address).stdout.count("judged by a person") == 1
    page = tmp_path / "page.html"
    assert kildespor("report", old, "-f", "html", "-o", page, "--archive", address).returncode == 0
    assert page.read_text(encoding="utf-8").count("judged by a person") == 1
    read = json.loads(kildespor("report", old, "-f", "json", "--archive", address).stdout)
    assert read["article"]["text"] == first.article.text
    assert [one["entity"] for one in read["attributions"] if one["why"]["by"] == "correction"] == ["Kari Nordmann"]
    for command in ("report", "versions"):
        unknown = kildespor(command, "ingen", "--archive", address)
        assert (unknown.returncode, "no article has this id" in unknown.stderr) == (2, True)


@needs_model
def test_columns_are_named(tmp_path: Path) -> None:
    rows, archive = tmp_path / "rows.jsonl", tmp_path / "archive.db"
    rows.write_text(json.dumps({"body": "Slik er det, sier Kari Li.", "paper": "Avisen", "text": 1}) + "\n")
    done = kildespor("add", rows, "--column", "text=body", "--column", "outlet=paper", "--archive", archive)
    assert done.returncode == 0, done.stderr
    assert json.loads(kildespor("export", "--archive", archive).stdout)["article"]["outlet"] == "Avisen"
    table = tmp_path / "rows.parquet"
    parquet.write_table(pyarrow.table({"body": ["Ferga står, sier Ola Nes."]}), table)
    done = kildespor("add", table, "--column", "text=body", "--archive", archive)
    assert done.stdout.split()[1:] == ["new", f"{table}:1"]
    assert "--column text=body" in kildespor("add", table, "--archive", archive).stderr

"""The command line as a shell sees it: what goes to which stream, what the exit status says, how it ends."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WRITTEN = Path(__file__).parent / "data" / "written"
NOB, SWE, NNO = (WRITTEN / f"{name}.txt" for name in ("nob__syn-a01", "swe__syn-c01", "nno__syn-e01"))
SHIPPED = Path(__file__).parent.parent / "kildespor" / "attribution" / "shipped" / "model.onnx"
GERMAN = "Der Brand brach in der Nacht zum Montag in einer Lagerhalle aus, sagte die Polizei in Berlin. " * 3
KILDESPOR = [sys.executable, "-m", "kildespor.cli"]

needs_model = pytest.mark.skipif(not SHIPPED.exists(), reason=f"{SHIPPED} is not there: train it first")


def kildespor(
    *arguments: str | bytes | Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*KILDESPOR, *arguments],
        input=stdin,
        capture_output=True,
        timeout=120,
        env={**os.environ, "KILDESPOR_LANG": "en", **environment},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a run that gave nothing."""
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("kildespor: ")
    return done.stderr


def test_help_speaks_both_languages() -> None:
    assert "Read articles" in kildespor("read", "--help").stdout
    assert "Les artikler" in kildespor("read", "--help", KILDESPOR_LANG="nb").stdout
    assert "Les artikler" in kildespor("read", "--lang", "nb", "--help").stdout
    assert "Read articles" in kildespor("read", "--lang=en", "--help", KILDESPOR_LANG="nb").stdout


def test_version() -> None:
    done = kildespor("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("kildespor ")


def test_help_loads_nothing_heavy() -> None:
    heavy = {"trafilatura", "lxml", "jinja2", "rich"}
    code = "import kildespor.cli, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["read"], "SOURCE"),
        (["read", NOB, "--colour"], "--colour"),
        (["read", NOB, "--colour"], "(see kildespor read --help)"),
        (["reed"], "(see kildespor --help)"),
        (["read", NOB, "--format", "xml"], "xml"),
        (["read", NOB, "--lang", "fr"], "fr"),
        (["read", NOB, "--min-confidence", "7"], "--min-confidence"),
        (["read", NOB, SWE, "--format", "html"], "--out FOLDER"),
        (["read", NOB, SWE, "--format", "html", "--out", NNO], "name a folder"),
        (["read", NOB, SWE, "--url", "https://example.org/"], "one by one"),
        (["read", NOB, "--out", WRITTEN], "is a folder"),
        (["read", NOB, SWE, "--out", SWE], "to be read"),
        (["evaluate", WRITTEN / "none"], "none"),
    ],
)
def test_a_wrong_call_gives_one_line_and_status_2(arguments: list[str | Path], told: str) -> None:
    done = kildespor(*arguments)
    assert done.returncode == 2, done.stderr
    assert told in complaint(done)


@needs_model
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([WRITTEN / "none.txt"], "none.txt"),
        ([WRITTEN], "folder"),
        ([NOB, "--published", "last Friday"], "last Friday"),
        ([NOB, "--language", "fin"], "fin"),
        ([NOB, "--out", NOB / "x"], "cannot be written"),
    ],
)
def test_a_wrong_source_or_value_gives_one_line_and_status_2(arguments: list[str | Path], told: str) -> None:
    done = kildespor("read", *arguments)
    assert done.returncode == 2, done.stderr
    assert told in complaint(done)


@needs_model
@pytest.mark.parametrize(
    "data",
    [b"", b" \n\n", b"\x7fELF\x00\x01\x02\x00" * 40, b"<html><body></body></html>", GERMAN.encode(), b"Reuters"],
    ids=["empty", "blank", "binary", "page", "German", "one word"],
)
def test_an_article_that_is_none_gives_one_line_and_status_1(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "odd.txt"
    source.write_bytes(data)
    done = kildespor("read", source)
    assert done.returncode == 1
    assert str(source) in complaint(done)
    piped = kildespor("read", "-", stdin=data)
    assert piped.returncode == 1
    assert complaint(piped).startswith("kildespor: Standard input")


@needs_model
def test_standard_input_is_read_as_an_article() -> None:
    report = json.loads(kildespor("read", "-", "--format", "json", "--outlet", "Utkikk", stdin=NOB.read_bytes()).stdout)
    assert report["article"]["text"] == NOB.read_text(encoding="utf-8")
    assert report["article"]["outlet"] == "Utkikk"


@needs_model
def test_many_files_come_in_the_order_given_and_the_bad_ones_are_named_at_the_end(tmp_path: Path) -> None:
    empty, missing = tmp_path / "empty.txt", tmp_path / "missing.txt"
    empty.write_bytes(b"")
    done = kildespor("read", NOB, empty, SWE, missing, "-", "--format", "jsonl", stdin=NNO.read_bytes())
    assert done.returncode == 1
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [report["article"]["file"] for report in reports] == [str(NOB), str(SWE), "-"]
    at_once, listed = done.stderr.split("kildespor: 2 of 5 could not be read:\n")
    assert [line.startswith("kildespor: ") for line in at_once.splitlines()] == [True, True]
    assert str(empty) in at_once and str(missing) in at_once
    assert listed == f"  {empty}\n  {missing}\n"


@needs_model
def test_many_wrong_names_and_nothing_else_are_a_wrong_call(tmp_path: Path) -> None:
    done = kildespor("read", tmp_path / "a.txt", tmp_path / "b.txt", "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout) == []
    assert "2 of 2 could not be read" in done.stderr


@needs_model
def test_a_name_that_is_not_utf_8_does_not_stop_the_others(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/s\xf8r.txt"
    Path(os.fsdecode(odd)).write_bytes(NOB.read_bytes())
    done = kildespor("read", NOB, odd, "--format", "jsonl")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert "s\\udcf8r.txt" in done.stderr
    assert "rename" in done.stderr


@needs_model
def test_json_of_one_is_an_object_and_of_many_an_array() -> None:
    assert json.loads(kildespor("read", NOB, "--format", "json").stdout)["article"]["file"] == str(NOB)
    assert len(json.loads(kildespor("read", NOB, SWE, "--format", "json").stdout)) == 2


@needs_model
def test_csv_has_one_header_over_all_articles() -> None:
    done = kildespor("read", NOB, SWE, "--format", "csv")
    files = [row["file"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert files == sorted(files)
    assert set(files) == {str(NOB), str(SWE)}


@needs_model
def test_the_least_confidence_filters() -> None:
    every = json.loads(kildespor("read", NOB, "--format", "json").stdout)["attributions"]
    least = sorted(attribution["confidence"] for attribution in every)[len(every) // 2] + 1e-9
    kept = json.loads(kildespor("read", NOB, "--format", "json", "--min-confidence", str(least)).stdout)["attributions"]
    assert kept == [attribution for attribution in every if attribution["confidence"] >= least]
    assert len(kept) < len(every)


@needs_model
def test_text_speaks_both_languages() -> None:
    assert "Bokmål" in kildespor("read", NOB, "--why").stdout
    norwegian = kildespor("read", NOB, "--why", "--lang", "nb").stdout
    assert "bokmål" in norwegian
    assert "avgjort av" in norwegian


@needs_model
def test_a_page_goes_to_a_file_and_many_to_a_folder(tmp_path: Path) -> None:
    done = kildespor("read", NOB, "--format", "html", "--out", tmp_path / "one.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "one.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    twin = tmp_path / NOB.name
    twin.write_bytes(NOB.read_bytes())
    assert kildespor("read", NOB, SWE, twin, "--format", "html", "--out", tmp_path / "pages").returncode == 0
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "nob__syn-a01-2.html",
        "nob__syn-a01.html",
        "swe__syn-c01.html",
    ]


@needs_model
def test_a_failed_run_leaves_the_file_alone(tmp_path: Path) -> None:
    out = tmp_path / "kept.json"
    out.write_text("what was there")
    assert kildespor("read", tmp_path / "none.txt", "--format", "json", "--out", out).returncode == 2
    assert out.read_text() == "what was there"


@needs_model
def test_a_closed_pipe_ends_it_quietly() -> None:
    command = [*KILDESPOR, "read", *[str(NOB)] * 40, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 128 + signal.SIGPIPE


@needs_model
def test_an_interrupt_ends_it_quietly() -> None:
    command = [*KILDESPOR, "read", str(NOB), "-", "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == b""
    assert running.returncode == 128 + signal.SIGINT


def on_a_terminal(**environment: str) -> bytes:
    """Read an article with standard output on a pseudo-terminal and return what it shows."""
    screen, terminal = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [*KILDESPOR, "read", str(NOB)], stdout=terminal, env={**variables, "TERM": "xterm", **environment}
    ) as running:
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(screen, 65536):
                shown += piece
        except OSError:
            pass
        finally:
            os.close(screen)
    assert running.returncode == 0
    return shown


@needs_model
def test_a_terminal_gets_colours_unless_it_refuses_them() -> None:
    assert b"\x1b[" in on_a_terminal()
    assert b"\x1b" not in on_a_terminal(NO_COLOR="1")
    assert b"\x1b" not in on_a_terminal(TERM="dumb")
    assert "\x1b" not in kildespor("read", NOB).stdout


@needs_model
def test_evaluate_prints_the_figures_and_the_errors(tmp_path: Path) -> None:
    for name in ("nob__syn-a01.txt", "nob__syn-a01.json"):
        (tmp_path / name).write_bytes((WRITTEN / name).read_bytes())
    table = kildespor("evaluate", tmp_path)
    assert table.returncode == 0
    assert table.stdout.startswith("articles")
    figures = json.loads(kildespor("evaluate", tmp_path, "--json", "--entities", "--errors", "2").stdout)
    assert figures["found"]["n"] == 17
    assert len(figures["errors"]) <= 2


def test_stories_of_folders_with_one_name_are_written_beside_each_other(tmp_path: Path) -> None:
    folders = [tmp_path / place / "ferry" for place in "abc"]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "articles.json").write_text("[]")
    done = kildespor("story", *folders, "--format", "json", "--out", tmp_path / "told")
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "told").iterdir()} == {"ferry.json", "ferry-2.json", "ferry-3.json"}


def test_a_path_of_no_folder_is_not_taken_for_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Brannen begynte i natt, sier politiet.")
    for given in (tmp_path / "gone", tmp_path / "a.txt"):
        done = kildespor("story", tmp_path, given)
        assert done.returncode == 2
        assert f"{given}: there is no such folder" in complaint(done)


@pytest.mark.parametrize("form", ["svg", "prov"])
def test_a_list_of_stories_is_no_drawing(form: str) -> None:
    done = kildespor("story", "--format", form)
    assert done.returncode == 2 and form in complaint(done)

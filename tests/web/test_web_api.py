"""The HTTP API: the calls of the command line, problems, paging, its document, and the examples that are shown."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import msgspec
import pytest

from kildespor.model import Report
from tests.web.serving import TEXT, Served, newspaper

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "api.md"
SHOWN = re.compile(r"^```shell-session\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_reading_gives_the_report_that_the_package_gives(open_server: Served) -> None:
    import kildespor

    answer = open_server.ask("POST", "/api/read", json={"source": TEXT, "outlet": "Kystavisa", "published": "2024-10"})
    assert answer.headers["content-type"] == "application/json"
    assert msgspec.json.decode(answer.body, type=Report) == kildespor.read(
        TEXT, outlet="Kystavisa", published="2024-10"
    )


def test_an_address_is_fetched_and_a_page_is_taken_as_html(open_server: Served) -> None:
    page = f"<html><body><article><h1>Ferja</h1>{''.join(f'<p>{line}</p>' for line in TEXT.split(chr(10)))}</article>"
    with newspaper({"/sak": page}) as address:
        fetched = open_server.ask("POST", "/api/read", json={"source": f"{address}/sak"}).json()
        assert fetched["article"]["url"] == f"{address}/sak"
        gone = open_server.ask("POST", "/api/read", json={"source": f"{address}/borte"})
    as_html = open_server.ask("POST", "/api/read", json={"source": page, "html": True}).json()
    assert as_html["article"]["text"] == fetched["article"]["text"]
    assert "Mari Holten" in fetched["article"]["text"] and "<p>" not in fetched["article"]["text"]
    assert gone.status == 422 and "404" in gone.json()["detail"]


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("csv", "text/csv"),
        ("html", "text/html"),
        ("text", "text/plain"),
        ("prov", "application/ld+json"),
        ("schema-org", "application/ld+json"),
        ("web-annotation", "application/ld+json"),
        ("ninjs", "application/json"),
    ],
)
def test_a_report_comes_in_every_form(open_server: Served, form: str, media_type: str) -> None:
    answer = open_server.ask("POST", f"/api/read?format={form}", json={"source": TEXT})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "Mari Holten" in answer.text


def test_what_is_not_sure_enough_is_left_out(open_server: Served) -> None:
    every = open_server.ask("POST", "/api/read", json={"source": TEXT}).json()["attributions"]
    sure = open_server.ask("POST", "/api/read?min_confidence=0.97", json={"source": TEXT}).json()["attributions"]
    assert [a["content"] for a in sure] == [a["content"] for a in every if a["confidence"] >= 0.97]
    assert 0 < len(sure) < len(every)


def test_search_turns_pages_and_links_the_next(open_server: Served) -> None:
    findings, path = [], "/api/search?limit=15&outlet=utkikk"
    while path:
        answer = open_server.get(path)
        findings += answer.json()["findings"]
        onward = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert bool(onward) == answer.json()["more"]
        path = onward[1] if onward else ""
    figures = open_server.get("/api/outlet?name=Utkikk").json()
    assert len(findings) == figures["attributions"] == sum(figures["rests_on"].values())
    assert len({(f["article"], f["attribution"]["id"]) for f in findings}) == len(findings)


def test_a_source_a_version_and_the_register_are_found(open_server: Served) -> None:
    found = open_server.get("/api/source?name=Skorpen&limit=2").json()
    article = found["page"]["findings"][0]["article"]
    assert found["names"][0]["name"] == "Kåre Skorpen"
    assert open_server.get(f"/api/report/{article}").json()["article"]["outlet"] == "Utkikk"
    assert [v["number"] for v in open_server.get(f"/api/versions/{article}").json()["versions"]] == [1]
    entries = open_server.get("/api/sources?words=ritzau").json()["entries"]
    assert "ritzau" in [entry["key"] for entry in entries]


def test_stories_are_listed_and_told(story_server: Served) -> None:
    listed = story_server.get("/api/stories?words=jordskred").json()["stories"]
    story = story_server.get(f"/api/story/{listed[0]['articles'][0]}?lang=en").json()
    assert {article["id"] for article in story["articles"]} == set(listed[0]["articles"])
    assert any("outlets" in claim["verdict"][0] for claim in story["claims"])
    assert story_server.get("/api/story/ffffffffffffffffffff").status == 404


def test_a_word_that_is_null_is_a_word(open_server: Served) -> None:
    assert open_server.get("/api/search?words=null").json()["findings"] == []


def test_a_correction_is_kept_and_shows(open_server: Served) -> None:
    article = open_server.ask("POST", "/api/add", json={"source": TEXT, "outlet": "Retteavisa"}).json()["article"]
    given = {"article": article, "attribution": "a1", "verdict": "amend", "changes": {"entity": "Nordsund"}}
    assert open_server.ask("POST", "/api/correct", json=given).json()["amended"]["entity"] == "Nordsund"
    untimed = open_server.ask("POST", "/api/correct", json=given | {"changes": {"when": "i går"}})
    assert untimed.status == 422 and "when: “i går” is no time" in untimed.json()["detail"]
    first = open_server.get(f"/api/report/{article}").json()["attributions"][0]
    assert (first["entity"], first["confidence"], first["why"]["by"]) == ("Nordsund", 1.0, "correction")


def test_the_archive_is_exported_line_by_line(open_server: Served) -> None:
    lines = open_server.get("/api/export").text.splitlines()
    reports = [msgspec.json.decode(line, type=Report) for line in lines]
    assert "Utkikk" in {report.article.outlet for report in reports}
    rows = list(csv.DictReader(io.StringIO(open_server.get("/api/export?format=csv").text)))
    assert len(rows) == sum(len(report.attributions) for report in reports)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", "/api/nothing", None, 404, "Not Found"),
        ("PUT", "/api/read", None, 405, "Method Not Allowed"),
        ("GET", "/api/search?limit=many", None, 400, "limit"),
        ("GET", "/api/search?limit=0", None, 400, "limit"),
        ("GET", "/api/search?colour=red", None, 400, "colour"),
        ("GET", "/api/search?limit=1&limit=2", None, 400, "more than once"),
        ("GET", "/api/search?since=soon", None, 422, "soon"),
        ("GET", "/api/source", None, 400, "name"),
        ("GET", "/api/report/0123456789abcdef0123", None, 404, "no article"),
        ("POST", "/api/read", {"source": "   "}, 422, "empty"),
        ("POST", "/api/read", {"source": "Hei", "published": "i går"}, 422, "i går"),
        ("POST", "/api/read", {"text": "Hei"}, 400, "text"),
        ("POST", "/api/read", {"source": "a" * 100_001}, 422, "100001"),
        ("POST", "/api/correct", {"article": "x", "attribution": "a1", "verdict": "accept"}, 422, "no article"),
    ],
)
def test_what_goes_wrong_is_told_as_a_problem(open_server: Served, method, path, body, status, told) -> None:
    answer = open_server.ask(method, path, json=body)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and told in problem["detail"]


def test_only_json_is_taken(open_server: Served) -> None:
    assert open_server.ask("POST", "/api/read", fields={"source": TEXT}).status == 415
    broken = open_server.ask("POST", "/api/read", headers={"Content-Type": "application/json"})
    assert broken.status == 400


def test_the_document_and_the_answers_agree(open_server: Served, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml")]
    bounds = ["--max-examples", "6", "--phases", "coverage,fuzzing", "--seed", "1", "--no-color"]
    run = [*command, "run", f"{open_server.address}/api/openapi.json", *bounds]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    done = subprocess.run(run, capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_python_of_the_documentation_runs(open_server: Served) -> None:
    (code,) = re.findall(r"^```py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    code = code.replace("http://localhost:8080", open_server.address)
    assert "rederiet indirect 0." in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout


def examples() -> list[tuple[str, str]]:
    blocks = SHOWN.findall(PAGE.read_text(encoding="utf-8"))
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    split = [re.fullmatch(r"((?:[^\n]*\\\n)*[^\n]*\n)(.*)", part, re.DOTALL) for part in parts]
    return [(found[1], found[2]) for found in split if found]


@pytest.mark.skipif(not shutil.which("curl"), reason="the examples of docs/api.md use curl, which is not installed")
@pytest.mark.parametrize(("command", "shown"), examples())
def test_the_examples_of_the_documentation_run(
    open_server: Served, tmp_path_factory: pytest.TempPathFactory, command: str, shown: str
) -> None:
    article = open_server.get("/api/search?outlet=Utkikk&words=kystvakta").json()["findings"][0]["article"]
    command, shown = (text.replace("7bf88279e82c3fed6838", article) for text in (command, shown))
    command = command.replace("http://localhost:8080", open_server.address)
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, cwd=tmp_path_factory.getbasetemp(), check=False
    )
    assert done.returncode == 0, done.stderr
    assert OutputChecker().check_output(shown.rstrip("\n"), done.stdout.rstrip("\n"), ELLIPSIS), done.stdout

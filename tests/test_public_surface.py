"""What users hold on to: the names that the package exports, and the commands and links of the documentation."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import typer

import kildespor
from kildespor.cli import app
from kildespor.evaluation import read_comparisons
from kildespor.web.api.calls import CALLS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])
MODEL = ROOT / "kildespor" / "attribution" / "shipped" / "model.onnx"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")

needs_model = pytest.mark.skipif(not MODEL.exists(), reason=f"{MODEL.relative_to(ROOT)} is not there: train it first")


def test_the_exported_names_are_pinned() -> None:
    assert sorted(kildespor.__all__) == [
        "Archive",
        "ArchiveError",
        "Article",
        "ArticleError",
        "Attribution",
        "DateExpression",
        "Failure",
        "FetchError",
        "Flag",
        "KildesporError",
        "ModelError",
        "Relay",
        "Report",
        "Source",
        "Statement",
        "UsageError",
        "Why",
        "__version__",
        "read",
        "read_many",
    ]
    assert all(hasattr(kildespor, name) for name in kildespor.__all__)


def test_importing_is_light_and_the_archive_says_what_it_needs(folder: Path) -> None:
    code = """
import sys
import kildespor
assert not {"numpy", "onnxruntime", "sqlalchemy", "trafilatura"} & sys.modules.keys()
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "alembic" else found(name, package)
try:
    kildespor.Archive
except kildespor.UsageError as error:
    print(error)
"""
    assert "pip install 'kildespor[archive]'" in run([sys.executable, "-c", code], folder)


def blocks(language: str) -> list[str]:
    """The fenced blocks of that language in all documents."""
    return [text for path in DOCUMENTS for name, text in BLOCK.findall(path.read_text("utf-8")) if name == language]


def commands() -> list[tuple[str, str]]:
    """Each command after a ``$ `` prompt, with the output that the document shows for it ("" when it shows none)."""
    parts = [part for block in blocks("console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the documents' examples read, and nothing that they could spoil."""
    copy = tmp_path_factory.mktemp("documentation")
    shutil.copytree(ROOT / "examples", copy / "examples")
    for sets in ("written", "stories"):
        shutil.copytree(ROOT / "evaluation" / sets, copy / "evaluation" / sets)
    return copy


def run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_model
@pytest.mark.parametrize(("command", "shown"), commands())
def test_the_commands_of_the_documents_do_what_they_show(command: str, shown: str, folder: Path) -> None:
    output = run(["sh", "-c", command], folder)
    if shown:
        assert doctest.OutputChecker().check_output(shown, output, doctest.ELLIPSIS), output


@needs_model
@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_documents_runs(code: str, folder: Path) -> None:
    assert run([sys.executable, "-c", code], folder)


def test_the_annotation_that_the_documents_show_is_one(tmp_path: Path) -> None:
    ((_, shown),) = BLOCK.findall((ROOT / "docs" / "accuracy.md").read_text("utf-8"))
    (tmp_path / "a.txt").write_text("– Vi er klare til alt, sier Kari Li, skriver VG.", encoding="utf-8")
    (tmp_path / "a.json").write_text(shown, encoding="utf-8")
    comparison = read_comparisons(tmp_path, tmp_path)[0]
    attribution = comparison.gold[0]
    relay = attribution.relays[0]
    spans = [*attribution.content, *attribution.cue, *attribution.source, *relay.cue, *relay.source]
    words = [comparison.text[start:end] for start, end in spans]
    assert words == ["– Vi er klare til alt", "sier", "Kari Li", "skriver", "VG"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    broken = [link for link in LINK.findall(document.read_text("utf-8")) if not (document.parent / link).exists()]
    assert broken == []


def test_the_documents_name_every_option_and_every_method_of_the_archive() -> None:
    """``--help`` and ``--version`` tell of themselves."""
    written = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    commands = typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]
    options = {name for command in commands for each in command.params for name in each.opts if name.startswith("--")}
    methods = {name for name in vars(kildespor.Archive) if not name.startswith("_")}
    assert len(options) > 30 and len(methods) > 15
    assert sorted(o for o in options if not re.search(rf"{o}(?![\w-])", written)) == []
    assert sorted(m for m in methods if not re.search(rf"`[^`]*\b{m}\(", written)) == []


def test_the_page_of_the_api_names_every_call_and_all_that_it_may_be_asked() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `((?:GET|POST) /api/[^`]+)` \| [^|]* \|([^|]*)\|$", page, re.MULTILINE))
    calls = {f"{call.method} {call.path}".replace("{article}", "ID"): call for call in CALLS}
    assert sorted(rows) == sorted(calls)
    for name, call in calls.items():
        asked = [field.name for shape in (call.query, call.body) if shape for field in msgspec.structs.fields(shape)]
        assert [field for field in asked if f"`{field}`" not in rows[name]] == [], name

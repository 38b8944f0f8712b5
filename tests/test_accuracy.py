"""The shipped model reaches its floors, and no floor is ever lowered."""

import shutil
import subprocess
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from evaluation.gate import FLOORS, WRITTEN, Floor, Gate, below, lowered, read_gate
from kildespor.evaluation import Figures, evaluate, read_comparisons, score

ROOT = Path(__file__).parent.parent
DAY = date(2023, 3, 6)
MODEL = ROOT / "kildespor" / "attribution" / "shipped" / "model.onnx"

needs_model = pytest.mark.skipif(not MODEL.exists(), reason=f"{MODEL.relative_to(ROOT)} is not there: train it first")


@pytest.fixture(scope="module")
def gate() -> Gate:
    return read_gate(FLOORS.read_bytes())


@pytest.fixture(scope="module")
def figures() -> Figures:
    return evaluate(WRITTEN)


@needs_model
def test_every_figure_of_the_gate_has_a_floor(gate: Gate) -> None:
    assert set(gate.figures) == set(gate.floors)


@needs_model
def test_the_shipped_model_reaches_every_floor(gate: Gate, figures: Figures) -> None:
    assert figures.missing_files == 0
    assert below(figures, gate.floors) == []


def test_a_figure_below_its_floor_is_named(gate: Gate) -> None:
    truth = score(read_comparisons(WRITTEN, WRITTEN))
    floor = Floor(least=1.0, measured=DAY, model="truth")
    assert below(truth, dict.fromkeys(gate.figures, floor)) == []
    nothing = score(read_comparisons(WRITTEN, WRITTEN / "nowhere"))
    assert [line.split(" is ")[0] for line in below(nothing, dict.fromkeys(gate.figures, floor))] == list(gate.figures)


def test_floors_are_only_ever_raised() -> None:
    versions = [*committed_floors(), FLOORS.read_bytes()]
    for before, after in pairwise(map(read_gate, versions)):
        assert lowered(before, after) == []


def test_a_lowered_floor_is_named(gate: Gate) -> None:
    def version(**floors: float) -> Gate:
        return Gate(
            figures=gate.figures,
            floors={name: Floor(least=least, measured=DAY, model="m") for name, least in floors.items()},
        )

    assert lowered(version(found=0.8, whole=0.6), version(found=0.8, whole=0.7)) == []
    assert lowered(version(found=0.8, whole=0.6), version(found=0.79, whole=0.7)) == ["found"]
    assert lowered(version(found=0.8, whole=0.6), version(found=0.8)) == ["whole"]


def committed_floors() -> list[bytes]:
    """Every version of floors.toml in the history of this checkout, oldest first."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not in a git checkout, so there is no earlier version to compare with")

    def git(*arguments: str) -> bytes:
        command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    path = FLOORS.relative_to(ROOT).as_posix()
    commits = git("log", "--reverse", "--diff-filter=d", "--format=%H", "--", path).decode().split()
    return [git("show", f"{commit}:{path}") for commit in commits]

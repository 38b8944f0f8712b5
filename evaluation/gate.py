"""The accuracy gate: the shipped model's figures beside their floors.

usage: python -m evaluation.gate

Reads the articles of evaluation/written/ with the current model and prints each figure with its floor. Ends with
status 1 when one is below.
"""

import sys
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.evaluation import Figures, evaluate

HERE = Path(__file__).parent
WRITTEN = HERE / "written"
FLOORS = HERE / "floors.toml"


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ``least`` that a figure may be (0-1), and the day and the model that reached it."""

    least: float
    measured: date
    model: str


class Gate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``figures`` are the names (of :meth:`Figures.as_dict`) that must have a floor; ``floors`` those they have."""

    figures: tuple[str, ...]
    floors: dict[str, Floor]


def read_gate(toml: str | bytes) -> Gate:
    """The gate that a floors.toml describes. Raises :class:`msgspec.ValidationError` when it is not of that form."""
    return msgspec.toml.decode(toml, type=Gate)


def value(figures: Figures, name: str) -> float:
    """The figure of that name, one with precision and recall by its F1."""
    figure = figures.as_dict()[name]
    return figure["f1"] if isinstance(figure, dict) else figure


def below(figures: Figures, floors: dict[str, Floor]) -> list[str]:
    """What stands below its floor, one line each."""
    return [
        f"{name} is {value(figures, name):.3f}, its floor {floor.least:.3f} ({floor.model}, {floor.measured})"
        for name, floor in floors.items()
        if value(figures, name) < floor.least
    ]


def lowered(before: Gate, after: Gate) -> list[str]:
    """The names of the floors of ``before`` that are lower in ``after``, or gone."""
    return [
        name
        for name, floor in before.floors.items()
        if name not in after.floors or after.floors[name].least < floor.least
    ]


def main() -> None:
    """Print the figures beside their floors."""
    gate = read_gate(FLOORS.read_bytes())
    figures = evaluate(WRITTEN)
    for name in gate.figures:
        least = f"{gate.floors[name].least:.3f}" if name in gate.floors else "none"
        print(f"{name:18} {value(figures, name):.3f}  floor {least}")
    sys.exit(bool(below(figures, gate.floors)))


if __name__ == "__main__":
    main()

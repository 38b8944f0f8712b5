"""Whether a source asserts, denies or questions the content, by its cue."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kildespor.model import Language, Polarity


def polarity(cues: Sequence[str], language: Language) -> Polarity:
    """The polarity of an attribution from the words of its cue, matched by their beginnings (``polarity.toml``)."""
    words = [w for cue in cues for w in cue.casefold().split()]
    for value in ("denies", "questions"):
        stems = _stems()[value][language]
        if any(w.startswith(tuple(stems)) for w in words):
            return "denies" if value == "denies" else "questions"
    return "asserts"


@cache
def _stems() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "polarity.toml").read_text(encoding="utf-8"))

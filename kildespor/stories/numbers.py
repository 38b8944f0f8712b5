"""Numbers as quantities: "fjorten", "14", "1,4 millioner" and "1 400 000" are read alike."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kildespor.model import Language

FIGURE = re.compile(
    r"(?<![\w.,])(?P<figure>\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)(?P<unit>m|bn|k)?(?![\w])"
)
WORD = re.compile(r"[^\W\d_]+")


def numbers(text: str, language: Language) -> frozenset[float]:
    """The quantities in ``text``: figures and number words from two up, times the scale behind them."""
    found = set()
    for m in FIGURE.finditer(text):
        value = _value(m["figure"], language)
        found.add(value * {"m": 1e6, "bn": 1e9, "k": 1e3}.get(m["unit"] or "", _scale(text[m.end() :])))
    words = lexicon()["numbers"][language]
    for m in WORD.finditer(text):
        if m.group().casefold() in words:
            found.add(words[m.group().casefold()] * _scale(text[m.end() :]))
    return frozenset(found)


def _value(figure: str, language: Language) -> float:
    if re.fullmatch(r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?:,\d+)?", figure) and not (
        language == "eng" and "." in figure
    ):
        return float(re.sub(r"[. \u00a0\u202f]", "", figure).replace(",", "."))
    if language == "eng" and re.fullmatch(r"\d{1,3}(?:,\d{3})+", figure):
        return float(figure.replace(",", ""))
    return float(figure.replace(",", "."))


def _scale(after: str) -> float:
    m = re.match(r"[\s-]*([^\W\d_]+)", after)
    if not m:
        return 1.0
    return next((float(v) for k, v in lexicon()["scales"].items() if m[1].casefold().startswith(k)), 1.0)


@cache
def lexicon() -> dict[str, Any]:
    """The word lists of ``likeness.toml``."""
    return tomllib.loads((Path(__file__).parent / "likeness.toml").read_text(encoding="utf-8"))

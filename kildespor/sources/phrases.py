"""The phrases by which sources go: what noun heads one, which nouns are one and the same, what is only a pronoun."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LONG = 5
"""Letters from which on a noun is known as the end of a compound ("direktoratet" of "Miljødirektoratet")."""
STEM = 4


def same_noun(one: str, other: str) -> bool:
    """Whether two words in small letters are forms of one noun: "stiftelsen" and "stiftelse", "kilder" and "kilden"."""
    stem = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    endings = word_classes()["endings"]
    return one == other or (stem >= STEM and one[stem:] in endings and other[stem:] in endings)


def ends_compound(noun: str, compound: str) -> bool:
    """Whether ``noun`` in some form is the last part of ``compound``: "retten" of "herredsrett"."""
    stems = {noun[: len(noun) - n] for n in range(4) if noun[len(noun) - n :] in word_classes()["endings"]}
    return any(
        len(stem) >= STEM
        and stem in compound[1:]
        and compound[compound.rfind(stem) + len(stem) :] in word_classes()["endings"]
        for stem in stems
    )


def head_noun(phrase: str) -> str:
    """The noun that heads a phrase, in small letters, of a compound with a hyphen its last part: "leder" of "LO-leder i
    Oslo"."""
    words = phrase.casefold().split()
    cut = next(
        (i for i, w in enumerate(words) if i and (w in word_classes()["links"] or words[i - 1][-1] == ",")), len(words)
    )
    return words[cut - 1].strip(",.:;()«»\"'").rpartition("-")[2] if words else ""


@cache
def word_classes() -> dict[str, Any]:
    """The word classes of ``words.toml``."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

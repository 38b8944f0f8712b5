"""The phrases by which sources go: what noun heads one, which nouns are one and the same, what is only a pronoun."""

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

SHORTEST, STEM = 3, 4
"""Letters that a noun has at least, and that two forms of one share at least."""


def same_noun(one: str, other: str) -> bool:
    """Whether two words in small letters are forms of one noun: "stiftelsen" and "stiftelse", "kilder" and "kilden"."""
    if one == other or one[:STEM] != other[:STEM]:
        return one == other
    stem = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    endings = word_classes()["endings"]
    return stem >= STEM and one[stem:] in endings and other[stem:] in endings


def ends_compound(noun: str, compound: str) -> bool:
    """Whether ``noun`` in some form is the last part of ``compound``: "retten" of "herredsrett"."""
    if noun[: max(len(noun) - 3, STEM)] not in compound[1:]:
        return False
    endings = word_classes()["endings"]
    stems = {noun[: len(noun) - n] for n in range(4) if noun[len(noun) - n :] in endings}
    ends = ((stem, compound.rfind(stem, 1)) for stem in stems if len(stem) >= STEM)
    return any(at > 0 and compound[at + len(stem) :] in endings for stem, at in ends)


@lru_cache(maxsize=4096)
def singular_of(noun: str, title: str) -> bool:
    """Whether a noun, bare or in the definite singular, is ``title`` or the last part of it: "eksperten" of
    "reiselivsekspert", but not "eksperter" or "ekspertene"."""
    for ending in word_classes()["singular"]:
        stem = noun[: len(noun) - len(ending)]
        at = title.rfind(stem) if noun.endswith(ending) and len(stem) >= SHORTEST else -1
        ends = title[at + len(stem) :]
        if (at == 0 or (at > 0 and len(stem) >= STEM)) and (ends == "e" or ends in word_classes()["singular"]):
            return True
    return False


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
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) if isinstance(words, list) else words for name, words in data.items()}

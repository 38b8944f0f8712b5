"""People under other names: an article drawn anew, so that who speaks is found by context, not by remembered names."""

import random
import re
import tomllib
from bisect import bisect_right
from pathlib import Path
from typing import Any

import kildespor.sources

FIRST_NAMES = Path(kildespor.sources.__file__).parent / "first_names.toml"
SPANS = frozenset({"content", "cue", "source", "hearsay", "addressee"})


def first_names() -> dict[str, list[str]]:
    """The first names of either sex, as the project keeps them for its pronouns."""
    with FIRST_NAMES.open("rb") as file:
        return {sex: names.split() for sex, names in tomllib.load(file).items()}


class Renaming:
    """The names to choose from: first names by sex, and the surnames of all people whom the corpus quotes."""

    def __init__(self, annotations: list[list[dict]]) -> None:
        self.first = first_names()
        self.sex = {name: sex for sex, names in self.first.items() for name in names}
        people = {tuple(e.split()) for gold in annotations for e in _entities(gold)}
        self.last = sorted({p[-1] for p in people if self._is_person(p)})

    def _is_person(self, words: tuple[str, ...]) -> bool:
        return 2 <= len(words) <= 4 and words[0] in self.sex and words[-1].isalpha() and words[-1][0].isupper()

    def renamed(self, text: str, gold: list[dict], rng: random.Random) -> tuple[str, list[dict]]:
        """One article in two with the quoted people's first and last names changed throughout, and its attributions on
        the new text. A name stays one word, so the number of words does."""
        people = sorted({tuple(e.split()) for e in _entities(gold) if self._is_person(tuple(e.split()))})
        if not people or rng.random() < 0.5:
            return text, gold
        new: dict[str, str] = {}
        for words in people:
            new.setdefault(words[0], rng.choice(self.first[self.sex[words[0]]]))
            new.setdefault(words[-1], rng.choice(self.last))
        old = re.compile(
            r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(new, key=len, reverse=True))) + r")(?=s?(?![\w-]))"
        )
        edits = [(m.start(), m.end(), len(new[m.group()]) - len(m.group())) for m in old.finditer(text)]
        put = lambda m: new[m.group()]  # noqa: E731
        return old.sub(put, text), [_moved(a, edits, lambda e: old.sub(put, e)) for a in gold]


def _entities(gold: list[dict]) -> set[str]:
    return {e["entity"] for a in gold for e in (a, *a["relays"]) if e["entity"]}


def _moved(value: dict, edits: list[tuple[int, int, int]], rename: Any) -> dict:
    """An attribution or relay with its offsets and names changed."""
    out = dict(value)
    for key in SPANS & value.keys():
        out[key] = [[_at(start, edits), _at(end, edits)] for start, end in value[key]]
    if value["entity"]:
        out["entity"] = rename(value["entity"])
    if "relays" in value:
        out["relays"] = [_moved(r, edits, rename) for r in value["relays"]]
    return out


def _at(offset: int, edits: list[tuple[int, int, int]]) -> int:
    """Where an offset comes to stand; one within a changed name goes to its end."""
    before = bisect_right(edits, offset, key=lambda e: e[0])
    shift = sum(e[2] for e in edits[:before])
    if before and edits[before - 1][0] == offset:
        return offset + shift - edits[before - 1][2]
    if before and offset < edits[before - 1][1]:
        return edits[before - 1][1] + shift
    return offset + shift

"""NARC (Mæhlum et al. 2022): who and what an article's phrases refer to, as labels on its words.

After Dobrovolskii 2021 ("Word-level coreference resolution") a phrase is stood for by its head word; which words it
covers is learnt apart.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kildespor.language.encoding import Encoded
from training.corpus import MISSING, Syntax, alike

HEADING = re.compile(r" ?\|$", re.MULTILINE)


@dataclass(frozen=True)
class Annotation:
    """An article of NARC: its text as tokenised there, its phrases as (start, end) and the number of each one's set.

    Sets are numbered from 0; a phrase that nothing else refers to is a set of its own.
    """

    text: str
    phrases: tuple[tuple[int, int], ...]
    sets: tuple[int, ...]


@dataclass
class Reference:
    """Labels for each word: ``head`` 1 where it heads a phrase, ``set`` its set's number (MISSING elsewhere), ``opens``
    and ``closes`` the first and last word of the phrase (MISSING elsewhere)."""

    head: NDArray[np.float32]
    set: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]


def read_brat(path: Path) -> Annotation:
    """The article NAME.txt with NAME.ann beside it. Broken phrases keep their first stretch."""
    spans: dict[str, tuple[int, int]] = {}
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for line in path.with_suffix(".ann").read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition("\t")
        kind, *values = re.split(r"[ ;\t]", rest)
        if kind == "Markable":
            spans[key] = (int(values[0]), int(values[1]))
        elif kind == "Coref":
            one, other = (v.split(":")[1] for v in values[:2])
            parent[root(one)] = root(other)
    keys = sorted(spans, key=lambda k: spans[k])
    numbers: dict[str, int] = {}
    sets = tuple(numbers.setdefault(root(k), len(numbers)) for k in keys)
    return Annotation(path.read_text(encoding="utf-8"), tuple(spans[k] for k in keys), sets)


def reference(annotation: Annotation, encoded: Encoded, syntax: Syntax | None) -> Reference | None:
    """NARC's labels on the words of the same article as the project has it; None when the letters differ.

    The head of a phrase is the word whose governor lies outside it; without syntax, its last word before a preposition.
    """
    place = _places(annotation.text, encoded.text)
    if place is None:
        return None
    words = encoded.segments.words
    n = len(words)
    labels = Reference(np.zeros(n, np.float32), *(np.full(n, MISSING) for _ in range(3)))
    longest_first = sorted(range(len(annotation.phrases)), key=lambda i: np.subtract(*annotation.phrases[i]))
    for i in longest_first:
        start, end = annotation.phrases[i]
        inside = [place[c] for c in range(start, min(end, len(place))) if place[c] >= 0]
        if not inside:
            continue
        first = int(np.searchsorted(words[:, 1], inside[0], side="right"))
        last = int(np.searchsorted(words[:, 0], inside[-1], side="right")) - 1
        head = head_of(first, last, encoded, syntax)
        if last < first or labels.head[head]:
            continue
        labels.head[head], labels.set[head] = 1, annotation.sets[i]
        labels.opens[head], labels.closes[head] = first, last
    return labels


def _places(theirs: str, ours: str) -> list[int] | None:
    """For each character of ``theirs`` where it stands in ``ours``, -1 for white space and heading marks."""
    marks = {m.end() - 1 for m in HEADING.finditer(theirs)}
    solid = [i for i, c in enumerate(ours) if not c.isspace()]
    at, place = 0, []
    for i, c in enumerate(theirs):
        if c.isspace() or i in marks:
            place.append(-1)
            continue
        if at >= len(solid) or alike(ours[solid[at]]) != alike(c):
            return None
        place.append(solid[at])
        at += 1
    return place


def head_of(first: int, last: int, encoded: Encoded, syntax: Syntax | None) -> int:
    """The head of the phrase of words ``first`` to ``last``."""
    span = range(first, last + 1)
    if syntax is not None:
        for w in span:
            if syntax.part[w] != MISSING and not first <= syntax.head[w] <= last:
                return w
    text = encoded.text
    for w in span[1:]:
        start, end = encoded.segments.words[w]
        if text[start:end] in ("i", "på", "av", "for", "til", "med", "frå", "fra", "som", "om", ","):
            return w - 1
    return last

"""How alike two mentions are: a few features, each with one sense, for every pair of a story."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence, Set

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.model import Language
from kildespor.stories.numbers import numbers

Floats = NDArray[np.float32]
FEATURES = ("sense", "letters", "same_number", "other_number", "but_for_number", "one_number")
WORD = re.compile(r"\w{2,}")
GRAM = 4
"""Letters of the runs by which words are alike whatever their inflection and in each of the Nordic languages."""


class Piece(Struct, frozen=True):
    """A mention as its words are compared: those that tell of what, and their language."""

    text: str
    language: Language


def features(pieces: Sequence[Piece], vectors: Floats) -> Floats:
    """The features (m, m, 6) of each pair of mentions of one story, symmetric, in the order of :data:`FEATURES`.
    ``vectors`` (m, 128), of length 1, are what the mentions say (:mod:`kildespor.stories.sense`)."""
    quantities = [numbers(p.text, p.language) for p in pieces]
    some = np.array([bool(q) for q in quantities])
    both = some[:, None] & some[None, :]
    shared = np.array([[bool(a & b) for b in quantities] for a in quantities]).reshape(both.shape)
    letters = _overlap([_grams(p.text) for p in pieces])
    return np.stack(
        [
            vectors @ vectors.T,
            letters,
            shared,
            both & ~shared,
            (both & ~shared) * letters,
            some[:, None] != some[None, :],
        ],
        axis=-1,
    ).astype(np.float32)


def _overlap(sets: Sequence[Set[str]]) -> Floats:
    """(m, m): the cosine of sets, each member weighted by how few mentions have it."""
    weight = _rarity(sets)
    number = {x: k for k, x in enumerate(weight)}
    table = np.zeros((len(sets), max(len(number), 1)), np.float32)
    for i, members in enumerate(sets):
        for x in members:
            table[i, number[x]] = weight[x]
    table = _unit(table)
    overlap: Floats = table @ table.T
    return overlap


def _rarity(sets: Sequence[Set[Hashable]]) -> dict[Hashable, float]:
    counts = Counter(x for s in sets for x in s)
    return {x: float(np.log((len(sets) + 1) / n)) for x, n in counts.items()}


def _grams(text: str) -> frozenset[str]:
    words = (w.casefold() for w in WORD.findall(text))
    return frozenset(w[i : i + GRAM] for w in words for i in range(len(w) - GRAM + 1))


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return unit

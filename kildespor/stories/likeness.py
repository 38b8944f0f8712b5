"""How alike two mentions are: a few features, each with one sense, for every pair of a story.

Word vectors (:mod:`kildespor.stories.meaning`) are compared by greedy alignment (as BERTScore, Zhang et al. 2020): how
well each word of one mention is met by the best of the other. Within a story every mention speaks of the same matter,
so each word's match is taken above what mentions of the story give it on the whole; that is what inverse document
frequency does for words in a search.
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence, Set

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.model import Language
from kildespor.stories.numbers import numbers

Floats = NDArray[np.float32]
FEATURES = (
    "aligned",
    "cosine",
    "best_of_article",
    "letters",
    "same_number",
    "other_number",
    "one_number",
)
WORD = re.compile(r"\w{2,}")
GRAM = 4
"""Letters of the runs by which words are alike whatever their inflection and in each of the Nordic languages."""


class Piece(Struct, frozen=True):
    """A mention as it is compared: the article's number, the words that tell of what, their language and their vectors
    (n, d), n at least 1."""

    article: int
    text: str
    language: Language
    vectors: Floats


def features(pieces: Sequence[Piece]) -> Floats:
    """The features (m, m, 7) of each pair of mentions of one story, symmetric, in the order of :data:`FEATURES`."""
    article = np.array([p.article for p in pieces])
    one_way = _alignment(pieces, article)
    aligned: Floats = ((one_way + one_way.T) / 2).astype(np.float32)
    quantities = [numbers(p.text, p.language) for p in pieces]
    some = np.array([bool(q) for q in quantities])
    both = some[:, None] & some[None, :]
    shared = np.array([[bool(a & b) for b in quantities] for a in quantities]).reshape(both.shape)
    return np.stack(
        [
            aligned,
            _cosine(pieces),
            _best_of_article(aligned, article),
            _overlap([_grams(p.text) for p in pieces]),
            shared,
            both & ~shared,
            some[:, None] != some[None, :],
        ],
        axis=-1,
    ).astype(np.float32)


def _alignment(pieces: Sequence[Piece], article: NDArray[np.int64]) -> Floats:
    """(m, m): how well the words of the row's mention are met by the column's, above what other articles' give."""
    words = _unit(np.concatenate([p.vectors for p in pieces]))
    lengths = [len(p.vectors) for p in pieces]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    aligned = np.zeros((len(pieces), len(pieces)), np.float32)
    for i, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        best = np.maximum.reduceat(words[start : start + length] @ words.T, starts, axis=1)
        others = article != article[i]
        usual = best[:, others].mean(axis=1) if others.any() else best.mean(axis=1)
        rare = np.maximum(1 - usual, 0.02)
        aligned[i] = rare @ (best - usual[:, None]) / rare.sum()
    return aligned


def _cosine(pieces: Sequence[Piece]) -> Floats:
    """(m, m): the cosine of the mentions' mean vectors, half of the story's mean taken away."""
    means = _unit(np.stack([p.vectors.mean(axis=0) for p in pieces]))
    centred = _unit(means - means.mean(axis=0) / 2)
    cosine: Floats = centred @ centred.T
    return cosine


def _best_of_article(aligned: Floats, article: NDArray[np.int64]) -> Floats:
    """(m, m): 1 where each is what the other's article has nearest to it, less the further down they stand."""
    place = np.zeros_like(aligned)
    for number in np.unique(article):
        own = np.flatnonzero(article == number)
        place[:, own] = np.argsort(np.argsort(-aligned[:, own], axis=1), axis=1) + 1
    best: Floats = 1 / np.sqrt(place * place.T)
    return best


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

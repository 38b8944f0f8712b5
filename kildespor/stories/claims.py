"""Mentions into claims: agglomerative clustering on the scored likeness of pairs.

Two groups are as alike as their pairs are on average, with a share of the best pair (between average and single
linkage):
a paraphrase chain must hold together, but one plain repetition counts for more than many lukewarm matches. The scorer
is a logistic regression (``likeness.json``), fitted by ``training/likeness.py``; numbers that differ weigh against.
"""

from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.stories.likeness import FEATURES, Floats

FILE = Path(__file__).parent / "likeness.json"
SUREST = 6.0
"""Log-odds beyond which a pair counts no more: no single pair may decide over many."""


class Scale(Struct, frozen=True, kw_only=True):
    """The fit: log-odds that two mentions are of one claim are ``intercept + weights . features``; groups join while
    their likeness is at least ``joins_from``, with ``best`` as the share of the best pair in it."""

    intercept: float
    weights: dict[str, float]
    joins_from: float
    best: float

    def log_odds(self, features: Floats) -> Floats:
        """(m, m, features) to (m, m)."""
        weights = np.array([self.weights[name] for name in FEATURES], np.float32)
        odds: Floats = np.clip(features @ weights + self.intercept, -SUREST, SUREST)
        return odds


@cache
def shipped_scale() -> Scale:
    """The fit that belongs to the shipped model."""
    return msgspec.json.decode(FILE.read_bytes(), type=Scale)


def groups(odds: Floats, scale: Scale) -> NDArray[np.int64]:
    """The number of the group that each mention belongs to, given the log-odds (m, m) of its pairs."""
    n = len(odds)
    mean = odds.astype(np.float64)
    best = mean.copy()
    size = np.ones(n)
    group = np.arange(n)
    out = np.eye(n, dtype=bool)
    while n:
        alike = np.where(out, -np.inf, (1 - scale.best) * mean + scale.best * best)
        i, j = divmod(int(alike.argmax()), n)
        if not alike[i, j] >= scale.joins_from:
            break
        mean[i] = mean[:, i] = (size[i] * mean[i] + size[j] * mean[j]) / (size[i] + size[j])
        best[i] = best[:, i] = np.maximum(best[i], best[j])
        size[i] += size[j]
        group[group == j] = i
        out[j] = out[:, j] = True
    return group

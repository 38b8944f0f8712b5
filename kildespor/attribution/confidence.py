"""Calibrated confidence: how likely a finding is an attribution that careful annotators would have marked.

A logistic regression over what the model said of the finding. Its weights (``shipped/confidence.json``) are fitted by
``evaluation/calibration.py``; which findings are kept is decided by it too, since a sure anchor with a torn content is
wrong more often than a less sure one with a clear content.
"""

from functools import cache
from math import exp, log

import msgspec
from msgspec import Struct

from kildespor.attribution.scorer import SHIPPED

FILE = SHIPPED / "confidence.json"
LEAST = 1e-3
"""Probabilities are kept this far from 0 and 1, where their log-odds end."""


class Confidence(Struct, frozen=True, kw_only=True):
    """``1 / (1 + exp(-(intercept + sum of weight * feature)))``; a finding counts from ``found_from`` on."""

    intercept: float
    weights: dict[str, float]
    found_from: float

    def of(self, features: dict[str, float]) -> float:
        """The confidence (0-1) of a finding with these features; one without a weight counts for nothing."""
        x = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + exp(-x))


def log_odds(probability: float) -> float:
    """The log-odds of a probability, kept finite."""
    p = min(max(probability, LEAST), 1 - LEAST)
    return log(p / (1 - p))


@cache
def shipped_confidence() -> Confidence:
    """The fit that belongs to the shipped model."""
    return msgspec.json.decode(FILE.read_bytes(), type=Confidence)

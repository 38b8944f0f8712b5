"""Calibrated confidence: how often an attribution with this score is found in the gold annotation.

The fit (``calibration.json``) is made by ``evaluation/calibration.py``.
"""

from functools import cache
from math import exp, log
from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.model import Anchor, Kind, SourceKind

FILE = Path(__file__).parent / "shipped" / "calibration.json"
LEAST = 1e-6
"""Raw scores are kept this far from 0 and 1, where their logarithms end."""


class Calibration(Struct, frozen=True, kw_only=True):
    """Beta calibration (Kull, Silva Filho and Flach 2017) with a weight for each named trait that holds:
    ``1 / (1 + exp(-(intercept + log_score * log(s) - log_rest * log(1 - s) + sum of weights)))``."""

    intercept: float
    log_score: float
    log_rest: float
    features: dict[str, float]


def traits(anchor: Anchor, kind: Kind, source_kind: SourceKind) -> tuple[str, ...]:
    """What is known of an attribution beside its score, as ``field=value``: the names of the features."""
    return (f"anchor={anchor}", f"kind={kind}", f"source_kind={source_kind}")


def confidence(score: float, anchor: Anchor, kind: Kind, source_kind: SourceKind) -> float:
    """The confidence (0-1) of an attribution with this raw score."""
    fit = _shipped()
    s = min(max(score, LEAST), 1 - LEAST)
    x = fit.intercept + fit.log_score * log(s) - fit.log_rest * log(1 - s)
    x += sum(fit.features.get(trait, 0.0) for trait in traits(anchor, kind, source_kind))
    return round(1 / (1 + exp(-x)), 4)


@cache
def _shipped() -> Calibration:
    return msgspec.json.decode(FILE.read_bytes(), type=Calibration)

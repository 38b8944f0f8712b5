"""Which of several candidates a source is: a log-linear ranking of mentions to antecedents.

A conditional logit over the features of :mod:`kildespor.sources.evidence`, with weights of its own for sources without
words, pronouns and phrases. ``training/ranking.py`` fits the weights (``ranking.json``) on the annotated articles.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.sources.evidence import Features

FILE = Path(__file__).with_name("ranking.json")


class Ranking(Struct, frozen=True):
    """Weights by kind of source ("quote", "pronoun", "phrase") and feature."""

    weights: dict[str, dict[str, float]]

    def best(self, kind: str, candidates: Sequence[Features]) -> int:
        """The place of the candidate with the greatest sum of weighted features; the first of equals."""
        own = self.weights.get(kind, {})
        scores = [sum([own[name] * value for name, value in c.items() if name in own]) for c in candidates]
        return scores.index(max(scores))


@cache
def shipped_ranking() -> Ranking:
    """The fit that belongs to the shipped model."""
    return msgspec.json.decode(FILE.read_bytes(), type=Ranking)

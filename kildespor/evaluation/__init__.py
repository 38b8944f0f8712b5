"""Scoring: predicted attributions beside gold ones, and the figures that come of it.

Gold (``NAME.txt``, ``NAME.json``) → :class:`Comparison` → :class:`Figures`. Every figure that the project quotes about
attributions is one of these; the docstring of :class:`Figures` says what each means.
"""

from kildespor.evaluation.gold import Comparison, GoldAttribution, compare, read_comparisons
from kildespor.evaluation.matching import match
from kildespor.evaluation.scoring import Error, Figures, Retrieval, by_language, errors, evaluate, score

__all__ = [
    "Comparison",
    "Error",
    "Figures",
    "GoldAttribution",
    "Retrieval",
    "by_language",
    "compare",
    "errors",
    "evaluate",
    "match",
    "read_comparisons",
    "score",
]

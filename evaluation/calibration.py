"""Fit confidence: the probability that a finding is in the gold annotation.

usage: python -m evaluation.calibration OUT GOLD_DIR…

Reads the articles of each GOLD_DIR with the shipped model, fits a logistic regression on what the model says of
everything that might be an attribution, prints the expected calibration error and the best found F1 with each article
judged by a fit on the others, and writes the fit to OUT (JSON), which the runtime applies.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from kildespor.attribution.confidence import Confidence
from kildespor.attribution.decode import Candidate, features, opens_turn, proposals, spans_of
from kildespor.attribution.hearsay import marked_words
from kildespor.attribution.scorer import Scored, shipped
from kildespor.evaluation import GoldAttribution, match, read_comparisons

Floats = NDArray[np.float64]

PENALTY = 3.0
"""Ridge penalty on the standardised weights, in units of observations; the intercept goes free."""


class Findings(Struct, frozen=True):
    """What there is to fit on: ``rows`` (n, k) of features called ``names``, whether each finding is ``matched`` (n,),
    the number of the article it is in (n,), and how many attributions all articles have."""

    names: tuple[str, ...]
    rows: Floats
    matched: Floats
    groups: NDArray[np.int64]
    gold: int


def fit(names: Sequence[str], rows: ArrayLike, matched: ArrayLike, found_from: float = 0.5) -> Confidence:
    """Fit the probability of ``matched`` (0 or 1, shape n) on ``rows`` (n, k) of features called ``names`` (k)."""
    rows = np.asarray(rows, dtype=float)
    intercept, *weights = _ridge_logistic(np.column_stack([np.ones(len(rows)), rows]), np.asarray(matched, float))
    return Confidence(
        intercept=float(intercept),
        weights=dict(zip(names, map(float, weights), strict=True)),
        found_from=found_from,
    )


def probability(fitted: Confidence, names: Sequence[str], rows: ArrayLike) -> Floats:
    """The confidence of each row of features (n, k): shape n."""
    return np.array([fitted.of(dict(zip(names, row, strict=True))) for row in np.asarray(rows, float).tolist()])


def cross_validated(names: Sequence[str], rows: ArrayLike, matched: ArrayLike, groups: ArrayLike) -> Floats:
    """The probability of each finding by a fit on all ``groups`` (shape n; the articles) but its own: shape n."""
    rows, matched, groups = np.asarray(rows, float), np.asarray(matched, float), np.asarray(groups)
    confidence = np.empty(len(rows))
    for group in np.unique(groups):
        out = groups == group
        confidence[out] = probability(fit(names, rows[~out], matched[~out]), names, rows[out])
    return confidence


def expected_calibration_error(probability: ArrayLike, matched: ArrayLike, bins: int = 10) -> float:
    """The mean distance of confidence and share matched over ``bins`` of equal width, weighted by their size (0-1).

    Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks".
    """
    probability, matched = np.asarray(probability, dtype=float), np.asarray(matched, dtype=float)
    if not len(probability):
        return 0.0
    bin_of = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=probability - matched, minlength=bins)
    return float(np.abs(gaps).sum() / len(probability))


def best_threshold(confidence: Floats, matched: Floats, gold: int) -> tuple[float, float]:
    """The threshold from 0.2 to 0.7 that gives the best F1, in steps of 0.05, and that F1."""
    steps = np.arange(0.2, 0.71, 0.05)
    f1 = [2 * matched[confidence >= t].sum() / ((confidence >= t).sum() + gold) for t in steps]
    best = int(np.argmax(f1))
    return round(float(steps[best]), 2), float(f1[best])


def findings(folders: Sequence[Path]) -> Findings:
    """Everything that the shipped model might find in the articles of gold folders, with its features."""
    scorer = shipped()
    told: list[dict[str, float]] = []
    matched: list[bool] = []
    groups: list[int] = []
    gold = 0
    comparisons = [c for folder in folders for c in read_comparisons(folder, folder)]
    for number, c in enumerate(comparisons):
        scored = scorer.score(c.text)
        found = proposals(scored)
        spans = [_spans(each, scored) for each in found]
        marked = marked_words(scored)
        right = {j for _, j in match(c.gold, spans, c.text)}
        gold += len(c.gold)
        for j, each in enumerate(found):
            turn = opens_turn(each.scores.word, scored)
            told.append(features(each.scores, each.content, each.source, turn, each.scores.word in marked))
            matched.append(j in right)
            groups.append(number)
    names = tuple(told[0]) if told else ()
    return Findings(names, np.array([list(t.values()) for t in told]), np.array(matched, float), np.array(groups), gold)


def _spans(c: Candidate, scored: Scored) -> GoldAttribution:
    return GoldAttribution(
        id="",
        content=spans_of(c.content, scored),
        cue=spans_of(c.cue, scored),
        source=spans_of(c.source, scored),
        hearsay=spans_of(c.hearsay, scored),
        source_kind=c.source_kind,
        kind=c.kind,
        act=c.act,
    )


def _logistic(x: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -x))


def _ridge_logistic(columns: Floats, matched: Floats, steps: int = 50) -> Floats:
    """Weights of a logistic regression by Newton's method. The first column is all ones and is not penalised."""
    mean, spread = columns[:, 1:].mean(axis=0), columns[:, 1:].std(axis=0)
    spread[spread == 0] = 1.0
    rows = np.hstack([columns[:, :1], (columns[:, 1:] - mean) / spread])
    penalty = np.diag([0.0, *[PENALTY] * (rows.shape[1] - 1)])
    weights = np.zeros(rows.shape[1])
    for _ in range(steps):
        probability = _logistic(rows @ weights)
        gradient = rows.T @ (matched - probability) - penalty @ weights
        curvature = (rows * (probability * (1 - probability))[:, None]).T @ rows + penalty
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    weights[1:] /= spread
    weights[0] -= weights[1:] @ mean
    return weights


def main() -> None:
    """Fit on the articles of the folders and write the fit."""
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    out, folders = Path(sys.argv[1]), [Path(a) for a in sys.argv[2:]]
    f = findings(folders)
    if not len(f.matched):
        raise SystemExit(f"{folders[0]}: the model finds nothing here, so there is nothing to calibrate on.")
    validated = cross_validated(f.names, f.rows, f.matched, f.groups)
    threshold, f1 = best_threshold(validated, f.matched, f.gold)
    kept = validated >= threshold
    print(f"findings {len(f.matched)}, of them right {f.matched.mean():.3f}; attributions {f.gold}")
    print("each article by a fit on the others:")
    print(f"  found F1 {f1:.3f} from confidence {threshold} on")
    print(f"  expected calibration error, all findings {expected_calibration_error(validated, f.matched):.3f}", end="")
    print(f", those shown {expected_calibration_error(validated[kept], f.matched[kept]):.3f}")
    fitted = fit(f.names, f.rows, f.matched, threshold)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")
    print(f"written to {out}")


if __name__ == "__main__":
    main()

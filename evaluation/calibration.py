"""Calibrate confidence: the probability that an attribution is found in the gold annotation.

usage: python -m evaluation.calibration GOLD_DIR OUT

Reads the articles of GOLD_DIR with the current model, fits the probability on its raw scores, prints the expected
calibration error before and after, and writes the fit to OUT (JSON), which the runtime applies.

The fit is beta calibration (Kull, Silva Filho and Flach 2017, "Beyond sigmoids"), which has Platt's logistic
calibration as a special case: a logistic regression on ``log(s)`` and ``-log(1 - s)`` of the raw score ``s``, here with
further columns for what else is known of the attribution. It is smooth and has few parameters, so that some hundred
attributions are enough, where isotonic regression wants thousands (Niculescu-Mizil and Caruana 2005).
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from kildespor.attribution.confidence import LEAST, Calibration, traits
from kildespor.evaluation import compare, match
from kildespor.model import Attribution

Floats = NDArray[np.float64]

PENALTY = 1.0
"""Ridge penalty on the standardised weights, in units of observations; the intercept goes free."""


def probability(fitted: Calibration, scores: ArrayLike, features: ArrayLike | None = None) -> Floats:
    """The confidence for ``scores`` (shape n) with ``features`` (n by as many as there are names): shape n."""
    weights = np.array([fitted.intercept, fitted.log_score, fitted.log_rest, *fitted.features.values()])
    return _logistic(_columns(scores, features) @ weights)


def fit(
    scores: ArrayLike, matched: ArrayLike, features: ArrayLike | None = None, names: Sequence[str] = ()
) -> Calibration:
    """Fit the probability of ``matched`` (0 or 1, shape n) on ``scores`` (0-1, shape n) and ``features`` (n by k).

    ``names`` (k) says what the features are.
    """
    columns = _columns(scores, features)
    intercept, log_score, log_rest, *weights = _ridge_logistic(columns, np.asarray(matched, dtype=float)).tolist()
    return Calibration(
        intercept=intercept,
        log_score=log_score,
        log_rest=log_rest,
        features=dict(zip(names, weights, strict=True)),
    )


def cross_validated(
    scores: ArrayLike, matched: ArrayLike, groups: ArrayLike, features: ArrayLike | None = None
) -> Floats:
    """The probability of each attribution by a fit on all ``groups`` (shape n; the articles) but its own: shape n."""
    scores, matched, groups = np.asarray(scores, dtype=float), np.asarray(matched), np.asarray(groups)
    rows = np.zeros((len(scores), 0)) if features is None else np.asarray(features, dtype=float)
    names = [str(i) for i in range(rows.shape[1])]
    confidence = np.empty(len(scores))
    for group in np.unique(groups):
        out = groups == group
        fitted = fit(scores[~out], matched[~out], rows[~out], names)
        confidence[out] = probability(fitted, scores[out], rows[out])
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


def _columns(scores: ArrayLike, features: ArrayLike | None) -> Floats:
    clipped = np.clip(np.asarray(scores, dtype=float), LEAST, 1 - LEAST)
    columns = np.column_stack([np.ones(len(clipped)), np.log(clipped), -np.log1p(-clipped)])
    return columns if features is None else np.hstack([columns, np.asarray(features, dtype=float)])


def _logistic(x: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -x))


def _ridge_logistic(columns: Floats, matched: Floats, steps: int = 50) -> Floats:
    """Weights of a logistic regression by Newton's method. The first column is all ones and is not penalised."""
    mean, spread = columns[:, 1:].mean(axis=0), columns[:, 1:].std(axis=0)
    spread[spread == 0] = 1.0
    rows = np.hstack([columns[:, :1], (columns[:, 1:] - mean) / spread])
    penalty = np.diag([0.0, *[PENALTY] * (rows.shape[1] - 1)])
    weights = np.zeros(rows.shape[1])
    share = np.clip(matched.mean(), LEAST, 1 - LEAST)
    weights[0] = np.log(share / (1 - share))
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


def _traits(attribution: Attribution) -> tuple[str, ...]:
    return traits(attribution.why.anchor, attribution.kind, attribution.source_kind)


def main() -> None:
    """Fit on the articles of a folder and write the fit."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    gold_dir, out = Path(sys.argv[1]), Path(sys.argv[2])
    found = [
        (each.name, prediction, index in {j for _, j in match(each.gold, each.predicted, each.text)})
        for each in compare(gold_dir)
        if each.predicted is not None
        for index, prediction in enumerate(each.predicted)
        if isinstance(prediction, Attribution)
    ]
    if not found:
        raise SystemExit(f"{gold_dir}: the model finds no attribution here, so there is nothing to calibrate on.")
    groups, predictions, matched = zip(*found, strict=True)
    scores = [prediction.why.score for prediction in predictions]
    names = sorted({trait for prediction in predictions for trait in _traits(prediction)})
    features = [[float(name in _traits(prediction)) for name in names] for prediction in predictions]
    validated = cross_validated(scores, matched, groups, features)
    print(f"attributions {len(found)}, matched {np.mean(matched):.3f}")
    print(f"expected calibration error: raw score {expected_calibration_error(scores, matched):.3f}", end="")
    print(f", calibrated (each article by a fit on the others) {expected_calibration_error(validated, matched):.3f}")
    fitted = fit(scores, matched, features, names)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")
    print(f"written to {out}")


if __name__ == "__main__":
    main()

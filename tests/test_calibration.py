"""Calibration finds the truth where it is known."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.calibration import best_threshold, cross_validated, expected_calibration_error, fit, probability
from kildespor.attribution.confidence import Confidence

NAMES = ("anchor", "direct")


def synthetic(truth: Confidence, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Rows of log-odds and one feature of 0 or 1, and whether matched, drawn with the probability that truth gives."""
    rng = np.random.default_rng(3)
    rows = np.column_stack([rng.normal(1, 2, n), rng.integers(0, 2, n)])
    return rows, rng.random(n) < probability(truth, NAMES, rows)


def test_fit_recovers_the_weights_that_made_the_data() -> None:
    truth = Confidence(intercept=-0.7, weights={"anchor": 0.8, "direct": 1.2}, found_from=0.5)
    rows, matched = synthetic(truth)
    found = fit(NAMES, rows, matched)
    grid = np.column_stack([np.linspace(-3, 5, 40), np.arange(40) % 2])
    assert np.allclose(probability(found, NAMES, grid), probability(truth, NAMES, grid), atol=0.03)


def test_cross_validation_mends_an_overconfident_score() -> None:
    truth = Confidence(intercept=-1.0, weights={"anchor": 0.4, "direct": 0.0}, found_from=0.5)
    rows, matched = synthetic(truth)
    groups = np.arange(len(rows)) % 10
    raw = 1 / (1 + np.exp(-rows[:, 0]))
    assert expected_calibration_error(raw, matched) > 0.15
    assert expected_calibration_error(cross_validated(NAMES, rows, matched, groups), matched) < 0.02


def test_a_group_is_not_judged_by_itself() -> None:
    """Two articles whose outcomes are opposite: a fit that saw its own article would be right about both."""
    rows = np.zeros((40, 2))
    groups = np.repeat([0, 1], 20)
    found = cross_validated(NAMES, rows, groups == 0, groups)
    assert found[groups == 0].max() < 0.1
    assert found[groups == 1].min() > 0.9


def test_expected_calibration_error_by_hand() -> None:
    stated = [0.95, 0.95, 0.95, 0.95, 0.25, 0.25]
    matched = [1, 1, 1, 0, 0, 1]
    assert expected_calibration_error(stated, matched) == pytest.approx((4 * 0.2 + 2 * 0.25) / 6)
    assert expected_calibration_error([1.0, 0.0], [1, 0]) == 0
    assert expected_calibration_error([], []) == 0


def test_the_best_threshold_by_hand() -> None:
    confidence, matched = np.array([0.9, 0.6, 0.6, 0.3]), np.array([1.0, 1.0, 1.0, 0.0])
    threshold, f1 = best_threshold(confidence, matched, gold=3)
    assert 0.3 < threshold <= 0.6 and f1 == 1


def test_the_fit_survives_its_file() -> None:
    truth = Confidence(intercept=-1.0, weights={"anchor": 0.5}, found_from=0.4)
    assert msgspec.json.decode(msgspec.json.encode(truth), type=Confidence) == truth


@given(st.lists(st.tuples(st.floats(-10, 10), st.booleans()), min_size=1, max_size=30))
def test_any_scores_give_probabilities(pairs: list[tuple[float, bool]]) -> None:
    rows, matched = np.array([[score, 0.0] for score, _ in pairs]), [hit for _, hit in pairs]
    found = probability(fit(NAMES, rows, matched), NAMES, rows)
    assert np.all((found >= 0) & (found <= 1))
    assert 0 <= expected_calibration_error(found, matched) <= 1

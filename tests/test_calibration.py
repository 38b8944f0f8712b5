"""Calibration finds the truth where it is known."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.calibration import cross_validated, expected_calibration_error, fit, probability
from kildespor.attribution.confidence import Calibration

shares = st.floats(min_value=0, max_value=1)


def synthetic(truth: Calibration, n: int = 20_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, one feature of 0 or 1, and whether matched, drawn with the probability that ``truth`` gives."""
    rng = np.random.default_rng(3)
    scores = rng.beta(2, 1, n)
    features = rng.integers(0, 2, (n, 1)).astype(float)
    return scores, features, rng.random(n) < probability(truth, scores, features)


def test_fit_recovers_the_weights_that_made_the_data() -> None:
    truth = Calibration(intercept=-0.7, log_score=1.5, log_rest=0.6, features={"kind=direct": 1.2})
    scores, features, matched = synthetic(truth)
    found = fit(scores, matched, features, ["kind=direct"])
    grid = np.linspace(0.05, 0.99, 40)
    for feature in (0.0, 1.0):
        column = np.full((len(grid), 1), feature)
        assert np.allclose(probability(found, grid, column), probability(truth, grid, column), atol=0.03)


def test_cross_validation_mends_an_overconfident_score() -> None:
    truth = Calibration(intercept=-1.0, log_score=0.5, log_rest=0.5, features={"kind=direct": 0.0})
    scores, _, matched = synthetic(truth)
    groups = np.arange(len(scores)) % 10
    assert expected_calibration_error(scores, matched) > 0.15
    assert expected_calibration_error(cross_validated(scores, matched, groups), matched) < 0.02


def test_a_group_is_not_judged_by_itself() -> None:
    """Two articles whose outcomes are opposite: a fit that saw its own article would be right about both."""
    scores = np.full(40, 0.5)
    groups = np.repeat(["a", "b"], 20)
    found = cross_validated(scores, groups == "a", groups)
    assert found[groups == "a"].max() < 0.1
    assert found[groups == "b"].min() > 0.9


def test_expected_calibration_error_by_hand() -> None:
    stated = [0.95, 0.95, 0.95, 0.95, 0.25, 0.25]
    matched = [1, 1, 1, 0, 0, 1]
    assert expected_calibration_error(stated, matched) == pytest.approx((4 * 0.2 + 2 * 0.25) / 6)
    assert expected_calibration_error([1.0, 0.0], [1, 0]) == 0
    assert expected_calibration_error([], []) == 0


def test_the_fit_survives_its_file() -> None:
    truth = Calibration(intercept=-1.0, log_score=0.5, log_rest=0.5, features={"kind=direct": 0.3})
    assert msgspec.json.decode(msgspec.json.encode(truth), type=Calibration) == truth


@settings(deadline=None)
@given(st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=30))
def test_any_scores_give_probabilities(pairs: list[tuple[float, bool]]) -> None:
    scores, matched = [score for score, _ in pairs], [hit for _, hit in pairs]
    found = probability(fit(scores, matched), scores)
    assert np.all((found >= 0) & (found <= 1))
    assert 0 <= expected_calibration_error(found, matched) <= 1

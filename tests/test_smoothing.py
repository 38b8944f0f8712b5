"""Words read as in or out of a role: the most probable of all readings, when changing costs."""

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kildespor.attribution.decode import runs, smooth

WORD = st.tuples(st.floats(0, 1, width=32), st.sampled_from([0.7, 2.0]))


def worth(states: tuple[bool, ...], gain: list[float], cost: list[float]) -> float:
    changes = sum(cost[i] for i in range(1, len(states)) if states[i] != states[i - 1])
    return sum(g for g, state in zip(gain, states, strict=True) if state) - changes


@given(st.lists(WORD, max_size=9))
def test_no_reading_is_worth_more(words: list[tuple[float, float]]) -> None:
    probability = np.array([p for p, _ in words], np.float32)
    cost = np.array([c for _, c in words], np.float64)
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    gain = np.log(clipped / (1 - clipped)).tolist()
    found = tuple(smooth(probability, cost).tolist())
    best = max((worth(states, gain, cost.tolist()) for states in product((False, True), repeat=len(words))), default=0)
    assert abs(worth(found, gain, cost.tolist()) - best) < 1e-4


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 3), min_size=31, max_size=31))
def test_runs_are_the_words_in_order_unbroken(words: list[int], paragraphs: list[int]) -> None:
    numbers, paragraph = np.array(sorted(words), np.int64), np.array(sorted(paragraphs), np.int32)
    found = [run.tolist() for run in runs(numbers, paragraph)]
    assert [word for run in found for word in run] == sorted(words)
    for run in found:
        assert run == list(range(run[0], run[-1] + 1))
        assert len({int(paragraph[word]) for word in run}) == 1
    for before, after in pairwise(found):
        assert after[0] > before[-1] + 1 or paragraph[after[0]] != paragraph[before[-1]]

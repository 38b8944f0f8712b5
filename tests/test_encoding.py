"""Articles cut into windows that the encoder takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.attribution.scorer import SHIPPED
from kildespor.language.encoding import LONGEST, encode, load_tokenizer, window, windows

TOKENIZER = load_tokenizer(SHIPPED / "tokenizer.json")


def check(text: str) -> None:
    encoded = encode(text, TOKENIZER)
    seen: set[int] = set()
    for start, end in windows(encoded):
        view = window(encoded, start, end)
        assert len(view.ids) <= LONGEST + 3
        assert len(view.layout) == len(view.ids)
        assert len(view.first) == end - start
        assert view.first.min() >= 1 and view.first.max() < len(view.ids) - 1
        assert (np.diff(view.first) >= 0).all()
        seen |= set(range(start, end))
    assert seen == set(range(len(encoded.first)))


@pytest.mark.parametrize(
    "text",
    [
        "Dette er en setning. " * 400,
        "»«»«" * 800,
        "a" * 20_000,
        "ord " * 300 + "x" * 9_000 + " ord" * 300,
        "Ål- og Gol-ordføreren sa: «Nei.» (NTB)\n" * 200,
    ],
    ids=["sentences", "marks alone", "one long word", "a long word amid others", "lines"],
)
def test_windows_cover_every_word_and_fit_the_encoder(text: str) -> None:
    check(text)


@given(st.text(alphabet=st.sampled_from("abÆ.,«»\"' \n-–1xq"), max_size=3000))
def test_windows_of_any_text_fit(text: str) -> None:
    check(text)

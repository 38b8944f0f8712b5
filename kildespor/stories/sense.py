"""What mentions say, as vectors: two that say the same point the same way, in whatever words and language.

A small network (``sense.onnx``: multilingual-e5-small, Wang et al. 2024, trained on by ``training/sense.py``) reads
each mention by itself; it shares the pieces of the model that reads articles. It is run when a story is told, and what
it gave is kept for a while.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol, get_args

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.errors import ModelError
from kildespor.language.encoding import CLOSE, OPEN
from kildespor.model import Polarity, Report
from kildespor.stories.meaning import tokenizer
from kildespor.stories.mentions import Mention, mentions
from kildespor.stories.pieces import wording

FILE = Path(__file__).parent / "sense.onnx"
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
LONGEST = 100
"""Pieces of a mention that are read."""
VECTOR = 128
PADDING = 1
AT_ONCE = 2000
"""Pieces of one call, padding among them."""
REMEMBERED = 500
"""Articles whose mentions are kept, some 40 kB each."""

Floats = NDArray[np.float32]


class Sense(Struct, frozen=True):
    """What n mentions say: ``vectors`` (n, 128) of length 1, and ``polarity`` (n, 3), how likely each asserts, denies
    or questions what it is about."""

    vectors: Floats
    polarity: Floats


class Encoder(Protocol):
    """The seam: texts to what they say."""

    def __call__(self, texts: Sequence[str]) -> Sense: ...


class Reading(Struct, frozen=True):
    """A report with its mentions and what they say, so that those of several articles can be compared."""

    report: Report
    mentions: tuple[Mention, ...]
    sense: Sense


class OnnxEncoder:
    """The shipped network, or another of the same form. Raises ModelError when it cannot be loaded."""

    def __init__(self, file: Path = FILE) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(f"{file}: no network can be loaded ({error}); install kildespor anew") from error

    def __call__(self, texts: Sequence[str]) -> Sense:
        """Texts of like length are read together; the order is kept."""
        pieces = [[OPEN, *e.ids[:LONGEST], CLOSE] for e in tokenizer().encode_batch(texts, add_special_tokens=False)]
        vectors = np.zeros((len(texts), VECTOR), np.float32)
        polarity = np.zeros((len(texts), len(POLARITIES)), np.float32)
        for some in _batches([len(p) for p in pieces]):
            ids = np.full((len(some), max(len(pieces[i]) for i in some)), PADDING, np.int64)
            for row, i in enumerate(some):
                ids[row, : len(pieces[i])] = pieces[i]
            vectors[some], polarity[some] = self._session.run(None, {"ids": ids, "mask": ids != PADDING})
        return Sense(vectors, polarity)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of texts to be read together, the shortest first."""
    some: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if some and (len(some) + 1) * lengths[i] > AT_ONCE:
            yield some
            some = []
        some.append(i)
    if some:
        yield some


@cache
def shipped_encoder() -> OnnxEncoder:
    """The shipped network, loaded once."""
    return OnnxEncoder()


@lru_cache(REMEMBERED)
def remembered(texts: tuple[str, ...]) -> Sense:
    """What the shipped network says of an article's mentions; articles that were told of lately are not read again."""
    return shipped_encoder()(texts)


def reading(report: Report, encoder: Encoder = remembered) -> Reading:
    """A report with what its mentions say."""
    found = mentions(report)
    return Reading(report, found, encoder(tuple(wording(report, m) for m in found)))

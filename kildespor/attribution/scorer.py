"""The encoder and its heads, run with ONNX Runtime: an encoded article in, probabilities out.

This is the one seam behind which the model stands; whatever gives :class:`Scored` for an article can stand in for it.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.errors import ModelError
from kildespor.language.encoding import Encoded, Window, encode, load_tokenizer, window, windows

Floats = NDArray[np.float32]

ROLES = ("content", "source", "cue", "relay_source", "relay_cue", "addressee", "hearsay", "referent")
THRESHOLD = 0.05
"""The probability from which on a word is looked at as an anchor at all."""
T = TypeVar("T")
SHIPPED = Path(__file__).parent / "shipped"


class AnchorScores(Struct, frozen=True):
    """What the heads say of one anchor.

    ``word`` is its number in the article and ``score`` its probability; ``roles`` (w, 8) are those of the words from
    ``start`` on, in the order of :data:`ROLES`; ``kind`` (3,), ``act`` (5,) and ``source_kind`` (3,) are
    distributions in the order of the types in :mod:`kildespor.model`.
    """

    word: int
    score: float
    start: int
    roles: Floats
    kind: Floats
    act: Floats
    source_kind: Floats


class Phrase(Struct, frozen=True):
    """A phrase that refers to somebody or something: its words ``start`` to ``end`` (exclusive), the word that heads
    it, and the head of the earlier phrase that refers to the same, None where it is the first."""

    head: int
    start: int
    end: int
    antecedent: int | None


class Scored(Struct, frozen=True):
    """An article with its anchors in order, the probabilities of name tags (n, tags) for each word, and the phrases
    that refer, in order of their heads."""

    encoded: Encoded
    anchors: tuple[AnchorScores, ...]
    names: Floats
    phrases: tuple[Phrase, ...] = ()


class Scorer(Protocol):
    """The seam: a text to probabilities. ``name`` is what reports say of the model; ``tags`` are its name tags."""

    name: str
    tags: tuple[str, ...]

    def score(self, text: str) -> Scored: ...


class OnnxScorer:
    """The shipped model, or another of the same form in ``folder``. ``threads`` are those of one call."""

    def __init__(self, folder: Path = SHIPPED, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._tokenizer = load_tokenizer(folder / "tokenizer.json")
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"{folder}: no model can be loaded ({error}); install kildespor anew") from error
        meta = self._session.get_modelmeta().custom_metadata_map
        self.name: str = json.loads(meta["name"])
        self.tags: tuple[str, ...] = tuple(json.loads(meta["tags"]))
        if tuple(json.loads(meta["roles"])) != ROLES:
            raise ModelError(f"{folder}: the model is of another version of kildespor; install the two together")

    def score(self, text: str) -> Scored:
        """Run the network over ``text``, window by window; each anchor and phrase is taken from the window that sees
        most around it. Time is linear in the text."""
        encoded = encode(text, self._tokenizer)
        n = len(encoded.first)
        names = np.zeros((n, len(self.tags)), np.float32)
        anchors: _Roomiest[AnchorScores] = _Roomiest()
        phrases: _Roomiest[Phrase] = _Roomiest()
        for start, end in windows(encoded):
            view = window(encoded, start, end)
            anchor, tags, at, roles, kind, act, source_kind, *references = self._run(view)
            names[start:end] = np.maximum(names[start:end], tags)
            heads = zip(at.tolist(), roles, kind, act, source_kind, strict=True)
            for word, *rest in heads:
                if anchor[word] >= THRESHOLD:
                    room = min(word if start else n, end - start - word if end < n else n)
                    anchors.offer(start + word, room, AnchorScores(start + word, float(anchor[word]), start, *rest))
            for phrase in _phrases(view, *references):
                phrases.offer(phrase.head, phrase.head - start if start else n, phrase)
        return Scored(encoded, anchors.chosen(), names, phrases.chosen())

    def _run(self, view: Window) -> list[NDArray[Any]]:
        feed = {
            "ids": view.ids,
            "layout": view.layout,
            "first": view.first,
            "sentence": view.sentence,
            "paragraph": view.paragraph,
            "threshold": np.array(THRESHOLD, np.float32),
        }
        outputs: list[NDArray[Any]] = self._session.run(None, feed)
        return outputs


class _Roomiest(Generic[T]):
    """For each word what was said of it in the window that had most room around it."""

    def __init__(self) -> None:
        self._best: dict[int, tuple[int, T]] = {}

    def offer(self, word: int, room: int, value: T) -> None:
        if word not in self._best or room > self._best[word][0]:
            self._best[word] = room, value

    def chosen(self) -> tuple[T, ...]:
        return tuple(value for _, (_, value) in sorted(self._best.items()))


def _phrases(
    view: Window, head: NDArray[Any], antecedent: NDArray[Any], opens: NDArray[Any], closes: NDArray[Any]
) -> Iterator[Phrase]:
    earlier = np.where(np.tri(len(head), k=-1, dtype=bool), antecedent, -np.inf)
    best = earlier.argmax(1)
    refers = earlier[np.arange(len(head)), best] > 0
    sentence = view.sentence[head]
    first = np.maximum(np.minimum(opens, head), np.searchsorted(view.sentence, sentence))
    end = np.minimum(np.maximum(closes, head) + 1, np.searchsorted(view.sentence, sentence, side="right"))
    placed = (view.start + np.stack([head, first, end, head[best]], 1)).tolist()
    for (word, start, stop, antecedent_head), known in zip(placed, refers.tolist(), strict=True):
        yield Phrase(word, start, stop, antecedent_head if known else None)


@cache
def shipped(threads: int = 0) -> OnnxScorer:
    """The shipped model, loaded once."""
    return OnnxScorer(threads=threads)

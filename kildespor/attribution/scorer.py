"""The encoder and its heads, run with ONNX Runtime: an encoded article in, probabilities out.

This is the one seam behind which the model stands; whatever gives :class:`Scored` for an article can stand in for it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.errors import ModelError
from kildespor.language.encoding import Encoded, encode, load_tokenizer, window, windows

Floats = NDArray[np.float32]

ROLES = ("content", "source", "cue", "relay_source", "relay_cue", "addressee", "hearsay", "referent")
THRESHOLD = 0.2
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


class Scored(Struct, frozen=True):
    """An article with its anchors in order, and the probabilities of name tags (n, tags) for each word."""

    encoded: Encoded
    anchors: tuple[AnchorScores, ...]
    names: Floats


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
        """Run the network over ``text``, window by window; each anchor is taken from the window that sees most around
        it. Time is linear in the text."""
        encoded = encode(text, self._tokenizer)
        n = len(encoded.first)
        names = np.zeros((n, len(self.tags)), np.float32)
        best: dict[int, tuple[int, AnchorScores]] = {}
        for start, end in windows(encoded):
            view = window(encoded, start, end)
            feed = {
                "ids": view.ids,
                "layout": view.layout,
                "first": view.first,
                "sentence": view.sentence,
                "paragraph": view.paragraph,
                "threshold": np.array(THRESHOLD, np.float32),
            }
            anchor, tags, at, roles, kind, act, source_kind = self._session.run(None, feed)
            names[start:end] = np.maximum(names[start:end], tags)
            for i, word in enumerate(at):
                if anchor[word] < THRESHOLD:
                    continue
                room = min(
                    word if start else n,
                    len(anchor) - word if end < n else n,
                )
                if room > best.get(start + int(word), (-1, None))[0]:
                    scores = AnchorScores(
                        start + int(word), float(anchor[word]), start, roles[i], kind[i], act[i], source_kind[i]
                    )
                    best[start + int(word)] = (int(room), scores)
        return Scored(encoded, tuple(scores for _, (_, scores) in sorted(best.items())), names)


@cache
def shipped(threads: int = 0) -> OnnxScorer:
    """The shipped model, loaded once."""
    return OnnxScorer(threads=threads)

"""A segmented text as the numbers that the encoder takes: pieces, layout features, windows.

Training and reading share this module, so that both see one article the same way.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kildespor.language.segment import Segments, segment

OPEN, CLOSE = 0, 2
LONGEST = 509
"""Pieces of a window, one less than the encoder takes beside the opening and closing piece: a last word may share its
piece with the next."""
OVERLAP = 128


class Encoded(Struct, frozen=True):
    """A text as pieces: ``pieces`` int64 (t,) vocabulary ids; ``first`` int64 (n,) the piece that opens each word."""

    text: str
    segments: Segments
    pieces: NDArray[np.int64]
    first: NDArray[np.int64]


class Window(Struct, frozen=True):
    """A stretch of words that fits the encoder, with everything that the network takes for it.

    ``start`` is the window's first word in the article. ``ids`` int64 (t,), opening and closing piece included;
    ``layout`` int64 (t, 3), features of the word each piece belongs to; ``first`` int64 (n,) where each word opens in
    ``ids``; ``sentence`` and ``paragraph`` int64 (n,).
    """

    start: int
    ids: NDArray[np.int64]
    layout: NDArray[np.int64]
    first: NDArray[np.int64]
    sentence: NDArray[np.int64]
    paragraph: NDArray[np.int64]


def load_tokenizer(path: Path) -> Tokenizer:
    """The trimmed Unigram tokenizer beside the model."""
    return Tokenizer.from_file(str(path))


def encode(text: str, tokenizer: Tokenizer) -> Encoded:
    """Segment ``text`` and cut it into pieces. Paragraph by paragraph, since no piece crosses a line end."""
    segments = segment(text)
    paragraphs = [text[start:end] for start, end in segments.paragraphs]
    encodings = tokenizer.encode_batch(paragraphs, add_special_tokens=False)
    pieces = [np.array(e.ids, np.int64) for e in encodings]
    ends = [np.array([end for _, end in e.offsets], np.int64) for e in encodings]
    starts = [s for s, _ in segments.paragraphs]
    flat = np.concatenate([e + s for e, s in zip(ends, starts, strict=True)]) if ends else np.zeros(0, np.int64)
    first = np.searchsorted(flat, segments.words[:, 0], side="right")
    return Encoded(
        text=text,
        segments=segments,
        pieces=np.concatenate(pieces) if pieces else np.zeros(0, np.int64),
        first=np.minimum(first, max(len(flat) - 1, 0)),
    )


def window(encoded: Encoded, start: int, end: int) -> Window:
    """The words ``start`` to ``end`` (exclusive) of an article as one window. A single word too long for one is cut."""
    s = encoded.segments
    at = encoded.first[start]
    stop = encoded.first[end] if end < len(encoded.first) else len(encoded.pieces)
    stop = min(max(stop, encoded.first[end - 1] + 1), at + LONGEST + 1)
    ids = np.concatenate([[OPEN], encoded.pieces[at:stop], [CLOSE]])
    first = encoded.first[start:end] - at + 1
    owner = np.clip(np.searchsorted(first, np.arange(len(ids)), side="right") - 1, 0, None)
    return Window(
        start=start,
        ids=ids,
        layout=s.layout[start:end][owner],
        first=first,
        sentence=s.sentence[start:end].astype(np.int64),
        paragraph=s.paragraph[start:end].astype(np.int64),
    )


def windows(encoded: Encoded, longest: int = LONGEST, overlap: int = OVERLAP) -> Iterator[tuple[int, int]]:
    """Cut an article into overlapping windows of words, each of at most ``longest`` pieces, opening at a sentence
    where one opens within the overlap.

    Short articles are one window; the windows of longer ones are evened out, so that the last is no stub.
    """
    n, pieces = len(encoded.first), len(encoded.pieces)
    if n == 0:
        return
    count = 1 if pieces <= longest else int(np.ceil((pieces - overlap) / (longest - overlap)))
    size = longest if count == 1 else min(longest, int(np.ceil((pieces + (count - 1) * overlap) / count)) + 24)
    opens = np.flatnonzero(np.diff(encoded.segments.sentence, prepend=-1))
    start = 0
    while True:
        end = int(np.searchsorted(encoded.first, encoded.first[start] + size, side="right")) - 1
        if encoded.first[start] + size >= pieces:
            end = n
        end = max(end, start + 1)
        yield start, end
        if end >= n:
            return
        back = int(np.searchsorted(encoded.first, encoded.first[end] - overlap))
        sentence = opens[np.searchsorted(opens, back) :]
        start = max(int(sentence[0]) if len(sentence) and sentence[0] < end - 16 else back, start + 1)

"""Marks of hearsay that leave no doubt: words with no other use than to say that something is known at second hand."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from kildespor.attribution.scorer import Scored
from kildespor.model import Span, Spans


def marks(text: str) -> Spans:
    """Where such words stand in ``text``, in order."""
    return tuple(m.span() for m in _pattern().finditer(text))


def marked_words(scored: Scored) -> frozenset[int]:
    """The numbers of the words that open a mark."""
    starts = [start for start, _ in marks(scored.encoded.text)]
    return frozenset(np.searchsorted(scored.encoded.segments.words[:, 0], starts).tolist())


def marks_within(marks: Spans, content: Spans, others: Sequence[Spans]) -> Spans:
    """Those of ``marks`` that are a content's: in it, and in no smaller one of ``others``."""
    own = tuple(m for m in marks if _inside(m, content))
    if not own:
        return ()
    smaller = [c for c in others if c != content and _length(c) < _length(content)]
    return tuple(m for m in own if not any(_inside(m, c) for c in smaller))


def _inside(mark: Span, content: Spans) -> bool:
    return any(start <= mark[0] and mark[1] <= end for start, end in content)


def _length(content: Spans) -> int:
    return sum(end - start for start, end in content)


@cache
def _pattern() -> re.Pattern[str]:
    words = tomllib.loads((Path(__file__).parent / "hearsay.toml").read_text(encoding="utf-8"))["marks"]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)

"""Mentions as they are compared: the words that tell of what, without those that tell who says so."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kildespor.model import Attribution, Span, Spans
from kildespor.stories.likeness import Piece
from kildespor.stories.mentions import Mention
from kildespor.stories.numbers import lexicon

if TYPE_CHECKING:
    from kildespor.stories.meaning import Reading

LEAST = 2
WORD = re.compile(r"\w+")
PRONOUN_LENGTH = 8
"""Letters below which a content that refers to something is taken for a pronoun."""


def piece(number: int, reading: "Reading", mention: Mention) -> Piece:
    """A mention of the article with that number in its story.

    A content that is only a pronoun is compared by what it stands for; function words and negations are left out, so
    that a denial is like what it denies; so are the words for sources, relays and cues.
    """
    text = reading.report.article.text
    words = told(reading, mention)
    said = [text[s:e] for s, e in reading.words[words]]
    telling = np.array([w.casefold() not in silent() for w in said], bool)
    if telling.sum() >= LEAST:
        words = words[telling]
    return Piece(
        number,
        " ".join(text[s:e] for s, e in reading.words[words]),
        reading.report.article.language or "nob",
        reading.vectors[words],
    )


def told(reading: "Reading", mention: Mention) -> NDArray[np.int64]:
    """The numbers of the words of what is told; at least one."""
    text, a = reading.report.article.text, mention.attribution
    if a and a.refers_to and sum(e - s for s, e in a.content) < PRONOUN_LENGTH:
        return np.concatenate([within(span, reading.words) for span in a.refers_to])
    inside = within(mention.span, reading.words)
    speaking = [s for other in reading.report.attributions for s in _speaking(other)]
    kept = [
        w for w in inside if re.match(r"\w", text[reading.words[w, 0] :]) and not _touches(reading.words[w], speaking)
    ]
    return np.array(kept, np.int64) if len(kept) >= LEAST else inside


def _speaking(a: Attribution) -> Spans:
    return (*a.cue, *a.source, *(s for r in a.relays for s in (*r.source, *r.cue)))


def _touches(word: NDArray[np.int32], spans: Sequence[Span]) -> bool:
    return any(word[0] < e and word[1] > s for s, e in spans)


def within(span: Span, words: NDArray[np.int32]) -> NDArray[np.int64]:
    """The numbers of the words (n, 2 offsets) that touch a span."""
    return np.flatnonzero((words[:, 0] < span[1]) & (words[:, 1] > span[0]))


@cache
def silent() -> frozenset[str]:
    """The function words and negations, in lower case."""
    listed = tomllib.loads((Path(__file__).parent / "function_words.toml").read_text(encoding="utf-8"))["words"].split()
    return frozenset(listed).union(*lexicon()["negations"].values())

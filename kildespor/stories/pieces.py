"""Mentions as their words are compared: those that tell of what, without those that tell who says so."""

import re
import tomllib
from functools import cache
from pathlib import Path

from kildespor.model import Attribution, Report, Span, Spans
from kildespor.stories.likeness import Piece
from kildespor.stories.mentions import Mention
from kildespor.stories.numbers import lexicon

LEAST = 2
WORD = re.compile(r"\w+")
PRONOUN_LENGTH = 8
"""Letters below which a content that refers to something is taken for a pronoun."""


def piece(report: Report, mention: Mention) -> Piece:
    """A mention with the words that tell of what.

    Function words and negations are left out, so that a denial is like what it denies; so are the words for sources,
    relays and cues.
    """
    speaking = [s for other in report.attributions for s in _speaking(other)]
    words = [
        (m.start() + start, m.end() + start)
        for start, end in meant(mention)
        for m in WORD.finditer(report.article.text[start:end])
    ]
    said = [w for w in words if not _touches(w, speaking)]
    words = said if len(said) >= LEAST else words
    telling = [w for w in words if report.article.text[slice(*w)].casefold() not in silent()]
    words = telling if len(telling) >= LEAST else words
    return Piece(" ".join(report.article.text[slice(*w)] for w in words), report.article.language or "nob")


def wording(report: Report, mention: Mention) -> str:
    """The words of a mention as they stand."""
    return " ".join(report.article.text[slice(*span)] for span in meant(mention))


def meant(mention: Mention) -> Spans:
    """Where a mention says what it says: what a content that is only a pronoun stands for, else its own span."""
    a = mention.attribution
    if a and a.refers_to and sum(e - s for s, e in a.content) < PRONOUN_LENGTH:
        return a.refers_to
    return (mention.span,)


def _speaking(a: Attribution) -> Spans:
    return (*a.cue, *a.source, *(s for r in a.relays for s in (*r.source, *r.cue)))


def _touches(word: Span, spans: list[Span]) -> bool:
    return any(word[0] < e and word[1] > s for s, e in spans)


@cache
def silent() -> frozenset[str]:
    """The function words and negations, in lower case."""
    listed = tomllib.loads((Path(__file__).parent / "function_words.toml").read_text(encoding="utf-8"))["words"].split()
    return frozenset(listed).union(*lexicon()["negations"].values())

"""Probabilities into attributions: which words play which role, as spans, and which findings are one and the same."""

from collections.abc import Iterable
from typing import get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.attribution.scorer import ROLES, AnchorScores, Scored
from kildespor.model import Act, Kind, SourceKind, Spans

KINDS: tuple[Kind, ...] = get_args(Kind)
ACTS: tuple[Act, ...] = get_args(Act)
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)

ANCHOR_FROM = 0.4
ROLE_FROM = {
    "content": 0.5,
    "source": 0.5,
    "cue": 0.5,
    "relay_source": 0.5,
    "relay_cue": 0.5,
    "addressee": 0.5,
    "hearsay": 0.5,
}
SAME = 0.8

Words = NDArray[np.int64]


class Candidate(Struct, frozen=True):
    """An attribution on the words of its article, before its people are known.

    Each role is the numbers of its words, in order. ``scores`` is what the model said of it.
    """

    scores: AnchorScores
    content: Words
    source: Words
    cue: Words
    relay_source: Words
    relay_cue: Words
    addressee: Words
    hearsay: Words
    kind: Kind
    act: Act
    source_kind: SourceKind


def candidates(scored: Scored) -> tuple[Candidate, ...]:
    """The attributions that the model finds in an article, by their anchors' order.

    An anchor without content is none; of two with one content and cue the more probable stays.
    """
    found = [_candidate(a) for a in scored.anchors if a.score >= ANCHOR_FROM]
    kept: list[Candidate] = []
    for c in sorted(found, key=lambda c: -c.scores.score):
        if len(c.content) and not any(_same(c, other) for other in kept):
            kept.append(c)
    return tuple(sorted(kept, key=lambda c: c.scores.word))


def spans_of(words: Words, scored: Scored) -> Spans:
    """Words as spans of the text: one for each unbroken stretch within a paragraph."""
    segments = scored.encoded.segments
    return tuple(
        (int(segments.words[run[0], 0]), int(segments.words[run[-1], 1])) for run in runs(words, segments.paragraph)
    )


def runs(words: Words, paragraph: NDArray[np.int32]) -> Iterable[Words]:
    """Consecutive words of one paragraph, stretch by stretch."""
    if not len(words):
        return ()
    breaks = np.flatnonzero((np.diff(words) > 1) | (np.diff(paragraph[words]) != 0)) + 1
    return np.split(words, breaks)


def _candidate(a: AnchorScores) -> Candidate:
    role = {name: _role(a, i, ROLE_FROM[name]) for i, name in enumerate(ROLES) if name in ROLE_FROM}
    return Candidate(
        scores=a,
        **role,
        kind=KINDS[int(a.kind.argmax())],
        act=ACTS[int(a.act.argmax())],
        source_kind=SOURCE_KINDS[int(a.source_kind.argmax())],
    )


def _role(a: AnchorScores, role: int, threshold: float) -> Words:
    return np.flatnonzero(a.roles[:, role] >= threshold) + a.start


def _same(a: Candidate, b: Candidate) -> bool:
    shared = len(np.intersect1d(a.content, b.content))
    either = len(a.content) + len(b.content) - shared
    if shared < SAME * either:
        return False
    return len(np.intersect1d(a.cue, b.cue)) > 0 or (not len(a.cue) and not len(b.cue))

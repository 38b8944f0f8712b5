"""Probabilities into attributions: which words play which role, as spans, and which findings are one and the same."""

from collections.abc import Iterable
from itertools import pairwise
from math import inf
from typing import get_args

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from kildespor.attribution.confidence import log_odds, shipped_confidence
from kildespor.attribution.hearsay import marked_words
from kildespor.attribution.scorer import ROLES, AnchorScores, Floats, Scored
from kildespor.language.segment import IN_TURN, PARAGRAPH_START
from kildespor.model import Act, Kind, SourceKind, Spans

KINDS: tuple[Kind, ...] = get_args(Kind)
ACTS: tuple[Act, ...] = get_args(Act)
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)

CONTENT, SOURCE = ROLES.index("content"), ROLES.index("source")
BY_WORD = {name: i for i, name in enumerate(ROLES) if name not in ("content", "source", "referent")}
"""The roles of which each word is in or out by itself, and their columns."""
WITHIN, AT_JOINT = 2.0, 0.7
"""What it costs, in log-odds, to open or close a content within a clause and at its joints."""
IN_SOURCE = 0.3
"""The same within a source, which is short."""
ROLE_FROM = 0.5
UNCLEAR = 0.2, 0.8
FULL_VIEW = 200
"""Words of the article that a finding is judged among. A text may be shorter, but one unclear word in it tells no more
than one in an article does."""
SAME = 0.8

Words = NDArray[np.int64]


class Candidate(Struct, frozen=True):
    """An attribution on the words of its article, before its people are known.

    Each role is the numbers of its words, in order. ``scores`` is what the model said of it; ``confidence`` how likely
    it is right.
    """

    scores: AnchorScores
    confidence: float
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

    Of two that are one the more probable stays, and so does a turn of speech only where no surer finding has its words.
    A mark of hearsay is the surest finding's that has it: in 470 attributions with one, 22 share it with another.
    """
    kept: list[_Shown] = []
    marks: set[int] = set()
    least = shipped_confidence().found_from
    for c in sorted(proposals(scored), key=lambda c: -c.confidence):
        if c.confidence < least:
            break
        shown = _Shown(c)
        taken = opens_turn(shown.word, scored) and any(shown.word in other.content for other in kept)
        if not taken and not any(_same(shown, other) for other in kept):
            own = np.array([w for w in c.hearsay.tolist() if w not in marks], np.int64)
            kept.append(_Shown(structs.replace(c, hearsay=own)))
            marks.update(own.tolist())
    return tuple(sorted((k.candidate for k in kept), key=lambda c: c.scores.word))


def proposals(scored: Scored) -> tuple[Candidate, ...]:
    """Everything that might be an attribution: each anchor of the model, likely or not, that has a content."""
    cost = np.where(_joints(scored), AT_JOINT, WITHIN)
    paragraph = scored.encoded.segments.paragraph
    marked = marked_words(scored)
    each = (_candidate(a, cost, opens_turn(a.word, scored), a.word in marked, paragraph) for a in scored.anchors)
    return tuple(c for c in each if len(c.content))


def features(a: AnchorScores, content: Words, source: Words, turn: bool, marked: bool) -> dict[str, float]:
    """What the confidence of a finding rests on: how sure the anchor is, how clear its content and source stand out,
    how long the content is, how sure its kind is, whether a speech dash opens a paragraph there, and whether a word
    that can only mark hearsay does."""
    inside = a.roles[:, CONTENT]
    unclear = (inside > UNCLEAR[0]) & (inside < UNCLEAR[1])
    return {
        "anchor": log_odds(a.score),
        "content": log_odds(float(inside[content - a.start].mean())) if len(content) else 0.0,
        "unclear": float(unclear.sum() / max(len(unclear), FULL_VIEW)),
        "source": float(a.roles[source - a.start, SOURCE].max()) if len(source) else 0.0,
        "length": min(len(content), 100) / 20,
        "kind": float(a.kind.max()),
        "direct": float(a.kind[KINDS.index("direct")]),
        "turn": float(turn),
        "marked": float(marked),
    }


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
    if words[-1] - words[0] == len(words) - 1 and paragraph[words[0]] == paragraph[words[-1]]:
        return (words,)
    within = paragraph[words]
    return _unbroken(words, within[1:] != within[:-1])


def _unbroken(words: Words, broken: NDArray[np.bool_] | bool = False) -> list[Words]:
    """Stretches of consecutive numbers, cut also where they are ``broken`` (between each and the next)."""
    breaks = ((words[1:] - words[:-1] > 1) | broken).nonzero()[0] + 1
    return [words[start:end] for start, end in pairwise([0, *breaks.tolist(), len(words)]) if end > start]


def opens_turn(word: int, scored: Scored) -> bool:
    """Whether a word is the speech dash that opens a paragraph."""
    segments = scored.encoded.segments
    position, quoted, _ = segments.layout[word]
    return bool(position == PARAGRAPH_START and quoted & IN_TURN)


def _candidate(a: AnchorScores, cost: Floats, turn: bool, marked: bool, paragraph: NDArray[np.int32]) -> Candidate:
    role = {name: (a.roles[:, i] >= ROLE_FROM).nonzero()[0] + a.start for name, i in BY_WORD.items()}
    role["content"] = np.flatnonzero(smooth(a.roles[:, CONTENT], cost[a.start : a.start + len(a.roles)])) + a.start
    role["source"] = _source(a, paragraph)
    return Candidate(
        scores=a,
        confidence=shipped_confidence().of(features(a, role["content"], role["source"], turn, marked)),
        **role,
        kind=KINDS[int(a.kind.argmax())],
        act=ACTS[int(a.act.argmax())],
        source_kind=SOURCE_KINDS[int(a.source_kind.argmax())],
    )


def _source(a: AnchorScores, paragraph: NDArray[np.int32]) -> Words:
    """The one phrase that is the source: of several unbroken stretches the one that holds the surest word."""
    probability = a.roles[:, SOURCE]
    words = np.flatnonzero(smooth(probability, np.full(len(probability), IN_SOURCE, np.float32))) + a.start
    return max(runs(words, paragraph), key=lambda run: probability[run - a.start].max(), default=words)


def smooth(probability: Floats, cost: Floats) -> NDArray[np.bool_]:
    """The most probable reading of words as in or out, when it costs ``cost[i]`` (in log-odds) to change before word i.

    A two-state chain, solved as by Viterbi (1967): stretches stay whole, and single words do not break in or out.
    """
    p = np.clip(probability, 1e-4, 1 - 1e-4)
    gain = np.log(p / (1 - p))
    states = np.zeros(len(gain), bool)
    # A less likely word is out whatever stands around it: to leave before it and come back after it costs less.
    for run in _unbroken((gain >= -2 * cost.max(initial=0.0)).nonzero()[0]):
        start, end = int(run[0]), int(run[-1]) + 1
        # Nothing stands before the first word or after the last, so that to be in there costs no change.
        leaving = float(cost[end]) if end < len(gain) else 0.0
        states[start:end] = _in_or_out(gain[start:end].tolist(), cost[start:end].tolist(), not start, leaving)
    return states


def _in_or_out(gains: list[float], costs: list[float], at_first: bool, leaving: float) -> list[bool]:
    came_from_in: list[tuple[bool, bool]] = []
    out, inside = 0.0, 0.0 if at_first else -inf
    # Numbers of Python's own are many times faster one by one than those of an array.
    for gain, change in zip(gains, costs, strict=True):
        leave, enter = inside - change, out - change
        came_from_in.append((leave > out, inside >= enter))
        out = leave if leave > out else out
        inside = (inside if inside >= enter else enter) + gain
    state = inside - leaving > out
    states = []
    for before in reversed(came_from_in):
        states.append(state)
        state = before[state]
    return states[::-1]


def _joints(scored: Scored) -> NDArray[np.bool_]:
    """Where content may well begin or end: before each word that opens a sentence or stands beside punctuation."""
    text, words = scored.encoded.text, scored.encoded.segments.words
    mark = np.array([not text[start].isalnum() for start in words[:, 0].tolist()], bool)
    opens = np.diff(scored.encoded.segments.sentence, prepend=-1) > 0
    joints: NDArray[np.bool_] = opens | mark | np.concatenate([[True], mark[:-1]])
    return joints


class _Shown:
    """A candidate with its words as sets, to be held against others."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.word = candidate.scores.word
        self.content = frozenset(candidate.content.tolist())
        self.cue = frozenset(candidate.cue.tolist())
        self.hearsay = frozenset(candidate.hearsay.tolist())


def _same(a: _Shown, b: _Shown) -> bool:
    """Two findings are one when their cues share a word, or neither has a cue and their contents are nearly one, or one
    hangs on a word of hearsay that is the other's."""
    if a.word in b.hearsay or b.word in a.hearsay:
        return True
    if a.cue or b.cue:
        return not a.cue.isdisjoint(b.cue)
    shared = len(a.content & b.content)
    return shared >= SAME * (len(a.content) + len(b.content) - shared)

"""The chain: through whom an article has an attribution, innermost first."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from kildespor.attribution.decode import Candidate, Words, runs
from kildespor.attribution.scorer import ROLES, Scored


class Link(Struct, frozen=True):
    """A relay in words of the article: its source and its cue."""

    source: Words
    cue: Words


RELAY_SOURCE = ROLES.index("relay_source")
SURE = 0.8
NONE: Words = np.zeros(0, np.int64)


def links(candidate: Candidate, scored: Scored) -> tuple[Link, ...]:
    """The relays that an attribution has words for, the one nearest to its own cue first.

    Each relay source takes the relay cue that stands nearest to it; one for which none is left must be sure.
    """
    paragraph = scored.encoded.segments.paragraph
    sources = list(runs(candidate.relay_source, paragraph))
    cues = list(runs(candidate.relay_cue, paragraph))
    anchor = candidate.scores.word
    found = []
    for source in sorted(sources, key=lambda s: _gap(s, anchor)):
        cue = min(cues, key=lambda c: _gap(c, int(source[0])), default=NONE)
        cues = [c for c in cues if c is not cue]
        if len(cue) or candidate.scores.roles[source - candidate.scores.start, RELAY_SOURCE].max() >= SURE:
            found.append(Link(source, cue))
    return tuple(found)


def enclosers(index: int, candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """Which attributions an attribution stands inside of, the innermost first: what others are reported to have said
    within a report has its speaker as relay."""
    inner = candidates[index]
    anchor = inner.scores.word
    around = [
        i
        for i, outer in enumerate(candidates)
        if i != index
        and len(outer.content) > len(inner.content)
        and outer.content[0] <= anchor <= outer.content[-1]
        and anchor in outer.content
        and np.isin(inner.content, outer.content).mean() > 0.5
    ]
    return tuple(sorted(around, key=lambda i: len(candidates[i].content)))


def _gap(words: Words, to: int) -> int:
    return int(np.abs(words - to).min())

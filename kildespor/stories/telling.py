"""A story being worked out: its articles in order of time, their mentions, and how alike these are."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.language.segment import segment
from kildespor.model import Article, Span
from kildespor.stories.claims import groups, shipped_scale
from kildespor.stories.likeness import Floats, features
from kildespor.stories.mentions import Mention
from kildespor.stories.numbers import numbers
from kildespor.stories.pieces import piece
from kildespor.stories.times import order

if TYPE_CHECKING:
    from kildespor.stories.sense import Reading


LONGEST = 80
"""Letters of a phrase for somebody that may say what body he is of."""
OPENING = 5
"""Words."""


class Telling(Struct, frozen=True, dict=True):
    """Readings in order of time. ``mentions`` pairs each mention with its article's number; ``odds`` (m, m) are the
    log-odds that two are of one claim; ``group`` (m,) numbers their claims."""

    readings: "tuple[Reading, ...]"
    mentions: tuple[tuple[int, Mention], ...]
    odds: Floats
    group: NDArray[np.int64]

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The articles, by their numbers."""
        return tuple(r.report.article for r in self.readings)

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """(m,): the article of each mention."""
        return np.array([k for k, _ in self.mentions], np.int64)

    @cached_property
    def leaning(self) -> Floats:
        """(m, 3): how likely each mention asserts, denies or questions what it is about."""
        return np.concatenate([r.sense.polarity for r in self.readings])

    @cached_property
    def quantities(self) -> tuple[frozenset[float], ...]:
        """The numbers that each mention names."""
        return tuple(
            numbers(self.text(i), self.articles[k].language or "nob") for i, (k, _) in enumerate(self.mentions)
        )

    @cached_property
    def called(self) -> Mapping[str, tuple[str, ...]]:
        """What the articles call a source, by the last word of its name, each phrase once."""
        phrases: dict[str, dict[str, None]] = {}
        for report in (r.report for r in self.readings):
            for source in report.sources:
                named = phrases.setdefault(_last(source.name), {})
                named |= dict.fromkeys(source.described_as)
                named |= dict.fromkeys(report.article.text[s:e] for s, e in source.mentions if e - s <= LONGEST)
        return {last: tuple(named) for last, named in phrases.items()}

    @cached_property
    def told(self) -> Mapping[str, tuple[str, ...]]:
        """What the sentences open with in which somebody speaks, by the last word of his name, and the sentence before
        in the same paragraph: a speaker brought up by the post alone speaks for the body that is told of there."""
        opened: dict[str, list[str]] = {}
        for report in (r.report for r in self.readings):
            for a in report.attributions:
                if a.entity and a.content:
                    opened.setdefault(_last(a.entity), []).extend(_openings(report.article.text, a.content[0]))
        return {last: tuple(openings) for last, openings in opened.items()}

    def text(self, mention: int) -> str:
        """The words of a mention."""
        number, m = self.mentions[mention]
        return self.articles[number].text[slice(*m.span)]

    def of(self, article: int) -> NDArray[np.int64]:
        """The numbers of an article's mentions."""
        return np.flatnonzero(self.owner == article)


def _last(name: str) -> str:
    return (name.split() or [""])[-1]


def _openings(text: str, said: Span) -> Iterator[str]:
    yield _opening(text[slice(*said)])
    first = text.rfind("\n", 0, said[0]) + 1
    for start, end in segment(text[first : said[1]]).sentences[-2:]:
        yield _opening(text[first + start : first + end])


def _opening(said: str) -> str:
    """The words that what is said opens with, where its subject stands."""
    return " ".join(said.split()[:OPENING])


def telling(readings: "Sequence[Reading]") -> Telling:
    """Work out the claims of articles of one event, given in any order."""
    ordered = tuple(sorted(readings, key=lambda r: order(r.report.article)))
    found = tuple((k, m) for k, r in enumerate(ordered) for m in r.mentions)
    if not found:
        return Telling(ordered, (), np.zeros((0, 0), np.float32), np.zeros(0, np.int64))
    scale = shipped_scale()
    vectors = np.concatenate([r.sense.vectors for r in ordered])
    odds = scale.log_odds(features([piece(ordered[k].report, m) for k, m in found], vectors))
    return Telling(ordered, found, odds, groups(odds, scale))

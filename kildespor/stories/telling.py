"""A story being worked out: its articles in order of time, their mentions, and how alike these are."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kildespor.model import Article
from kildespor.stories.claims import groups, shipped_scale
from kildespor.stories.likeness import Floats, features
from kildespor.stories.mentions import Mention
from kildespor.stories.numbers import numbers
from kildespor.stories.pieces import piece
from kildespor.stories.times import order

if TYPE_CHECKING:
    from kildespor.stories.sense import Reading


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

    def text(self, mention: int) -> str:
        """The words of a mention."""
        number, m = self.mentions[mention]
        return self.articles[number].text[slice(*m.span)]

    def of(self, article: int) -> NDArray[np.int64]:
        """The numbers of an article's mentions."""
        return np.flatnonzero(self.owner == article)


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

"""Two texts laid beside each other: the stretches that both have, and those that only one has."""

import re
from difflib import SequenceMatcher

from msgspec import Struct

from kildespor.export.csv import table
from kildespor.model import Article, Span
from kildespor.stories import Link

LONGEST = 4000
"""Words of an article that are compared; the time taken grows with the square."""

_WORD = re.compile(r"\S+\s*|\s+")


class Stretch(Struct, frozen=True, kw_only=True):
    """A stretch of one text and its place in the other, as offsets into each; ``same`` when both have its words. A
    stretch that is not there is empty."""

    same: bool
    one: Span
    other: Span


class Compared(Struct, frozen=True, kw_only=True):
    """Two articles, their stretches in order, and what each has from the other by the story that both stand in.

    ``shared`` is how many words of the one stand in the other in the same order, in percent of each. ``whole`` is
    False where more than :data:`LONGEST` words stand in one, of which the rest has not been compared.
    """

    articles: tuple[Article, Article]
    shared: tuple[int, int]
    whole: bool
    links: tuple[Link, ...]
    stretches: tuple[Stretch, ...]


def compared(one: Article, other: Article, links: tuple[Link, ...]) -> Compared:
    """Cut the texts of two articles at the words where one departs from the other (Ratcliff and Metzener 1988)."""
    every = [_WORD.findall(article.text) for article in (one, other)]
    mine, theirs = (words[:LONGEST] for words in every)
    bare, other_bare = ([word.strip() for word in words] for words in (mine, theirs))
    stretches: list[Stretch] = []
    same = at = other_at = 0
    for what, start, end, other_start, other_end in SequenceMatcher(
        None, bare, other_bare, autojunk=False
    ).get_opcodes():
        to = at + sum(map(len, mine[start:end]))
        other_to = other_at + sum(map(len, theirs[other_start:other_end]))
        stretches.append(Stretch(same=what == "equal", one=(at, to), other=(other_at, other_to)))
        same += end - start if what == "equal" else 0
        at, other_at = to, other_to
    return Compared(
        articles=(one, other),
        shared=(_percent(same, len(mine)), _percent(same, len(theirs))),
        whole=max(map(len, every)) <= LONGEST,
        links=links,
        stretches=tuple(stretches),
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def compared_table(both: Compared) -> str:
    """The stretches as CSV, one a row, each with its words."""
    texts = [article.text for article in both.articles]
    rows = (
        (str(s.same).lower(), *s.one, *s.other, texts[0][slice(*s.one)], texts[1][slice(*s.other)])
        for s in both.stretches
    )
    return table([("same", "one_start", "one_end", "other_start", "other_end", "one", "other"), *rows])

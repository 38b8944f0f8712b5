"""Whether the clause around a date tells of the past or of what is to come, by its nearest verb or adverb."""

import re
from typing import Literal

from kildespor.dates.lexicon import Tense
from kildespor.model import Span

WINDOW = 160
"""Characters looked at on each side of a date; clauses of news are seldom longer."""
BREAK = 4
"""How many words away a conjunction or comma sets what stands behind it."""

_SENTENCE_END = re.compile(r"[.!?…][\"”»)’]*[ \t]+(?=[–—\-»«\"“”(]?\s?[A-ZÆØÅÄÖÉ])|\n")


def tense_at(text: str, span: Span, tense: Tense) -> Literal["past", "future"] | None:
    """The tense of the verb or adverb nearest to a span within its sentence; None where no word tells."""
    start, end = span
    before = _SENTENCE_END.split(text[max(0, start - WINDOW) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + WINDOW])[0]
    left = _nearest([match for match in tense.marker.finditer(before)][::-1], tense)
    right = _nearest(list(tense.marker.finditer(after)), tense)
    nearest = min(left, right, key=lambda told: told[0])
    return nearest[1]


def _nearest(
    matches: list[re.Match[str]], tense: Tense
) -> tuple[int, Literal["past", "future"] | None]:
    """How many words away the first telling word stands, going away from the date, and what it tells."""
    distance = 0
    for match in matches:
        kind = match.lastgroup
        if kind == "past" or (kind == "ending" and not tense.not_past.fullmatch(match[0])):
            return distance, "past"
        if kind == "future":
            return distance, "future"
        distance += BREAK if kind in ("breaks", "comma") else 1
    return 10 * WINDOW, None

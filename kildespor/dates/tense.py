"""Whether the clause around a date tells of the past or of what is to come, by its nearest verb or adverb."""

import re
from typing import Literal

from kildespor.dates.lexicon import Tense
from kildespor.model import Span

WINDOW = 160
"""Characters looked at on each side of a date; clauses of news are seldom longer."""
BREAK = 4
"""How many words away a conjunction or comma sets what stands behind it."""

Told = Literal["past", "future"]

_OPENING = " \t\xa0–—-«»„“”\"'•*"
_WORD = re.compile(r"[ \t\xa0](\w+)")
_SENTENCE_END = re.compile(r"[.!?…][\"”»)’]*[ \t]+(?=[–—\-»«\"“”(]?\s?[A-ZÆØÅÄÖÉ])|\n")


def tense_at(text: str, span: Span, tense: Tense) -> Told | None:
    """The tense of the verb or adverb nearest to a span within its sentence; None where no word tells.

    The Nordic languages put the verb second: right after a date that opens its sentence any verb in the present tells
    of what is to come ("Lørdag arrangerer vi …").
    """
    start, end = span
    before = _SENTENCE_END.split(text[max(0, start - WINDOW) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + WINDOW])[0]
    left = _nearest([match for match in tense.marker.finditer(before)][::-1], tense)
    right = _nearest(list(tense.marker.finditer(after)), tense)
    if right[0] and not before.strip(_OPENING) and _is_present(_WORD.match(after), tense):
        return "future"
    return min(left, right, key=lambda told: told[0])[1]


def _is_present(word: re.Match[str] | None, tense: Tense) -> bool:
    return bool(word and tense.present and tense.present.fullmatch(word[1]))


def _nearest(matches: list[re.Match[str]], tense: Tense) -> tuple[int, Told | None]:
    """How many words away the first telling word stands, going away from the date, and what it tells."""
    distance, weak = 0, 10 * WINDOW
    for match in matches:
        kind, word = match.lastgroup, match[0]
        if distance >= weak:
            break
        if kind == "past" or (kind == "ending" and word.islower() and not tense.not_past.fullmatch(word)):
            return distance, "past"
        if kind == "future":
            return distance, "future"
        if kind == "infinitive":
            weak = min(weak, distance + BREAK)
        distance += BREAK if kind in ("breaks", "comma") else 1
    return weak, "future" if weak < 10 * WINDOW else None

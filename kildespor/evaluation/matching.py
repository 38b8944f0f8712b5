"""Which predicted attribution is which gold one, and when two names are one source.

These rules are part of every figure's meaning: a change to one makes figures before and after it incomparable.
"""

import re
from collections.abc import Sequence

from kildespor.evaluation.gold import AnyAttribution
from kildespor.model import Spans

LEAST_OVERLAP = 0.5

# Articles and prepositions within names: "direktøren for DSB" is "direktøren i DSB".
_SMALL_WORDS = frozenset(
    {"i", "for", "på", "av", "og", "en", "et", "ein", "eit", "den", "det", "de", "dei", "til", "ved", "som"}
    | {"the", "of", "a"}
)
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_PUNCTUATION = re.compile(r"[^\w\s-]")
_NAME_AND_DIGIT = re.compile(r"\b(\w{1,3}) (\d)\b")
_ENDING = re.compile(r"(s|en|et|a|ne)$")


def match(gold: Sequence[AnyAttribution], predicted: Sequence[AnyAttribution], text: str) -> list[tuple[int, int]]:
    """Pair gold and predicted attributions of one text, one to one and best first.

    Two may be paired when the letters and digits of their contents have a Jaccard index of at least 0.5, and their
    cues, sources or hearsay words touch or one of them has none of these. The best pair has the highest index, with
    half a point added for the same cue. The pairs are indices into ``gold`` and ``predicted``.
    """
    gold_letters = [letters(each.content, text) for each in gold]
    predicted_letters = [letters(each.content, text) for each in predicted]
    candidates = []
    for i, g in enumerate(gold):
        for j, p in enumerate(predicted):
            overlap = _jaccard(gold_letters[i], predicted_letters[j])
            if overlap >= LEAST_OVERLAP and _words_meet(g, p):
                candidates.append((overlap + 0.5 * same_cue(g, p), i, j))
    pairs: list[tuple[int, int]] = []
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    for _, i, j in sorted(candidates, reverse=True):
        if i not in used_gold and j not in used_predicted:
            pairs.append((i, j))
            used_gold.add(i)
            used_predicted.add(j)
    return pairs


def letters(spans: Spans, text: str) -> frozenset[int]:
    """The offsets in ``text`` of the letters and digits under ``spans``."""
    return frozenset(i for start, end in spans for i in range(max(start, 0), min(end, len(text))) if text[i].isalnum())


def touch(a: Spans, b: Spans) -> bool:
    """Whether any span of ``a`` overlaps any span of ``b``."""
    return any(start < other_end and other_start < end for start, end in a for other_start, other_end in b)


def same_cue(a: AnyAttribution, b: AnyAttribution) -> bool:
    """Whether the cues overlap, or neither attribution has one."""
    return touch(a.cue, b.cue) or not (a.cue or b.cue)


def same_entity(a: str | None, b: str | None) -> bool:
    """Whether two names are one source's: one's words are all among the other's, or first and last words agree.

    Case, punctuation, words in brackets, small words and endings are left out of account, "TV 2" is "TV2", and a
    source that is unstated (None) is only the same as another that is.
    """
    if a is None or b is None:
        return a is b
    folded_a, folded_b = _fold(a), _fold(b)
    words_a, words_b = _words(folded_a), _words(folded_b)
    if not words_a or not words_b:
        return folded_a == folded_b
    if set(words_a) <= set(words_b) or set(words_b) <= set(words_a):
        return True
    return words_a[-1] == words_b[-1] and words_a[0] == words_b[0]


def _jaccard(a: frozenset[int], b: frozenset[int]) -> float:
    union = a | b
    return len(a & b) / len(union) if union else 0.0


def _words_meet(a: AnyAttribution, b: AnyAttribution) -> bool:
    words_a = a.cue + a.source + a.hearsay
    words_b = b.cue + b.source + b.hearsay
    return not words_a or not words_b or touch(words_a, words_b)


def _fold(name: str) -> str:
    name = _PUNCTUATION.sub(" ", _IN_BRACKETS.sub(" ", name.casefold()))
    return " ".join(_NAME_AND_DIGIT.sub(r"\1\2", name).split())


def _words(folded: str) -> list[str]:
    return [_ENDING.sub("", word) for word in folded.split() if word not in _SMALL_WORDS]

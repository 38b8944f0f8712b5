"""What an article says of its sources: titles before a name, appositions after it, descriptions elsewhere."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from kildespor.model import Span
from kildespor.sources.phrases import word_classes

APPOSITION = re.compile(r",\s+(?P<words>[^,.;:!?()\n«»\"“”–]{4,90})(?=[,.)])")
LONGEST = 9
EDGES = " ,.:;–—-«»\"“”'’()"


def described(text: str, names: Sequence[Span], phrases: Iterable[Span]) -> tuple[str, ...]:
    """The descriptions of one entity in the order of the article, each once.

    ``names`` are the spans of its names and ``phrases`` those of phrases that refer to it: what a phrase says
    before the name describes it, and so does a phrase without one. After a name comes an apposition between commas.
    """
    found: list[tuple[int, str]] = []
    for start, end in phrases:
        inside = next(((s, e) for s, e in names if start <= s and e <= end), None)
        if inside is None:
            found.append((start, text[start:end]))
            continue
        found.append((start, text[start : inside[0]]))
    for _, end in names:
        m = APPOSITION.match(text, end)
        if m and _is_apposition(m["words"]):
            found.append((m.start(), m["words"]))
    ordered = (" ".join(words.split()).strip(EDGES) for _, words in sorted(found))
    return tuple(dict.fromkeys(words for words in ordered if _describes(words)))


def _is_apposition(words: str) -> bool:
    opening = words.casefold()
    data = describing_words()
    return opening.split()[0] in data["determiners"] and not opening.startswith(tuple(data["not_appositions"]))


def _describes(words: str) -> bool:
    """Whether words tell something and no more than that: a noun among them, no clause, no preposition that links them
    to what stands before."""
    each = words.casefold().split()
    return (
        any(len(w) > 3 and w not in word_classes()["pronouns"] for w in each) and each[0] not in word_classes()["links"]
    )


@cache
def describing_words() -> dict[str, frozenset[str]]:
    """The word classes of ``describing.toml``."""
    data = tomllib.loads((Path(__file__).parent / "describing.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in data.items()}

"""The names in an article, and which of them name one entity.

Tags are NorNE's (Jørgensen et al. 2020): PER, ORG, LOC, GPE_LOC, GPE_ORG, PROD, EVT, DRV. Names of one entity are
linked by their own words alone: a surname or first name to the fuller name that has it, an acronym to the name it
stands in brackets behind.
"""

import re
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from kildespor.attribution.scorer import Scored

ACTORS = ("PER", "ORG", "GPE_ORG", "PROD", "EVT")
LONGEST_ACRONYM = 8
GENITIVE = re.compile(r"(?:['’]s?|(?<=[^\Ws])s)$")


class Name(Struct, frozen=True):
    """One mention of a name: words ``start`` to ``end`` (exclusive) of the article, its letters without a genitive,
    and its NorNE type."""

    start: int
    end: int
    text: str
    type: str


class Named(Struct, frozen=True):
    """An entity by its names: the fullest, its type, and all its mentions in order."""

    name: str
    type: str
    mentions: tuple[Name, ...]


def find_names(scored: Scored, tags: Sequence[str]) -> tuple[Name, ...]:
    """The names of an article in order, from the tag probabilities of its words.

    Capitals settle where a name ends: a tagged word takes in the capitalised words that it stands among, but not one
    that only opens the sentence.
    """
    if not len(scored.names):
        return ()
    best = [tags[i] for i in scored.names.argmax(1)]
    names = []
    start = 0
    while start < len(best):
        if best[start] == "O":
            start += 1
            continue
        kind = best[start][2:]
        end = start + 1
        while end < len(best) and _goes_on(scored, end) and (best[end] == f"I-{kind}" or _is_capital(scored, end)):
            end += 1
        while best[start] != "O" and start and _goes_on(scored, start) and _runs_into(scored, start - 1, best):
            start -= 1
        names.append(Name(start, end, _text(scored, start, end), kind))
        start = end
    return _without_stray_genitives(names)


def link(names: Sequence[Name], text: str) -> tuple[Named, ...]:
    """Names that name one entity, put together; entities in the order of their first mention.

    A person's short name goes to the nearest fuller name before it, else to the first after it: of two people with one
    surname it means the one last mentioned in full.
    """
    groups: dict[str, list[Name]] = {}
    keys: list[str] = []
    for i, name in enumerate(names):
        key = _fuller(name, i, names) or _spelt_out(name, text, names)
        keys.append(key)
        groups.setdefault(key, []).append(name)
    return tuple(Named(max((m.text for m in group), key=len), _type(group), tuple(group)) for group in groups.values())


def _goes_on(scored: Scored, word: int) -> bool:
    """Whether nothing but a space stands between a word and the one before, in one sentence."""
    s = scored.encoded.segments
    gap = scored.encoded.text[s.words[word - 1, 1] : s.words[word, 0]]
    return bool(s.sentence[word] == s.sentence[word - 1]) and gap in (" ", "\u00a0")


def _is_capital(scored: Scored, word: int) -> bool:
    return scored.encoded.text[scored.encoded.segments.words[word, 0]].isupper()


def _runs_into(scored: Scored, word: int, best: Sequence[str]) -> bool:
    opens = not word or scored.encoded.segments.sentence[word] != scored.encoded.segments.sentence[word - 1]
    return best[word] == "O" and _is_capital(scored, word) and not opens


def _text(scored: Scored, start: int, end: int) -> str:
    words = scored.encoded.segments.words
    return " ".join(scored.encoded.text[words[start, 0] : words[end - 1, 1]].split())


def _without_stray_genitives(names: Sequence[Name]) -> tuple[Name, ...]:
    """Strip a genitive -s where the article also has the name without it, or an apostrophe marks it."""
    bare = {n.text for n in names}
    out = []
    for n in names:
        stripped = GENITIVE.sub("", n.text)
        known = stripped in bare or any(b.endswith(" " + stripped) for b in bare)
        marked = "'" in n.text[-2:] or "’" in n.text[-2:]
        out.append(Name(n.start, n.end, stripped, n.type) if stripped and (known or marked) else n)
    return tuple(out)


def _fuller(name: Name, at: int, names: Sequence[Name]) -> str | None:
    """The key of the fuller name of the person that a short one means. A surname alone means the person even where it
    has been tagged as something else; a first name alone must have been tagged as a person's."""
    words = name.text.split()
    for other in (*reversed(names[:at]), *names[at + 1 :]):
        theirs = other.text.split()
        if other.type != "PER" or len(theirs) <= len(words):
            continue
        surname = theirs[-len(words) :] == words
        first_name = name.type == "PER" and theirs[: len(words)] == words
        both = name.type == "PER" and len(words) > 1 and (theirs[0], theirs[-1]) == (words[0], words[-1])
        if surname or first_name or both:
            return _key(other.text)
    return None


def _spelt_out(name: Name, text: str, names: Sequence[Name]) -> str:
    """The key of the full name that an acronym stands in brackets behind, else the name's own."""
    if name.text.isupper() and len(name.text) <= LONGEST_ACRONYM:
        before = text[: max(text.find(f"({name.text})"), 0)].rstrip()
        for other in names:
            if len(other.text) > len(name.text) and before.endswith(other.text):
                return _key(other.text)
    return _key(name.text)


def _key(name: str) -> str:
    return re.sub(r"\b(\w{1,3}) (\d)\b", r"\1\2", name.casefold())


def _type(group: Sequence[Name]) -> str:
    values, counts = np.unique([m.type for m in group], return_counts=True)
    return str(values[counts.argmax()])

"""The names in an article, and which of them name one entity.

Tags are NorNE's (Jørgensen et al. 2020): PER, ORG, LOC, GPE_LOC, GPE_ORG, PROD, EVT, DRV. Names of one entity are
linked by their own words alone: a surname or first name to the fuller name that has it, an acronym to the name it
stands in brackets behind.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct

from kildespor.attribution.scorer import Scored
from kildespor.sources.naming import naming_articles

ACTORS = ("PER", "ORG", "GPE_ORG", "PROD", "EVT")
LONGEST_ACRONYM = 8
SHORT_WORD = 3
INITIAL = re.compile(r"[A-ZÆØÅÄÖ]")
JOINTS = ("og", "och", "and")
NUMBERED = ("tv", "kanal", "radio")
"""Words whose number is part of the name: "TV 2"."""
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

    Capitals settle where a name ends: a tagged word takes in the capitalised words after it, as far as no name of
    another type begins there. A name's initials ("Inger S. Enger"), its "&" and its shortened words ("Helse- og
    omsorgsdepartementet") do not break it; an article alone is none.
    """
    if not len(scored.names):
        return ()
    best = [tags[i] for i in scored.names.argmax(1)]
    names = []
    start = 0
    while start < len(best):
        end = start + 1
        if best[start] != "O":
            while more := _goes_on(scored, best, start, end):
                end += more
            if end > start + 1 or _word(scored, start).casefold() not in naming_articles():
                names.append(name_of(scored, start, end, best[start][2:]))
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
    return tuple(Named(_fullest(group), _type(group), tuple(group)) for group in groups.values())


def merged(named: Sequence[Named]) -> Named:
    """Entities that are one: its fullest name, its commonest type, all its mentions."""
    mentions = tuple(sorted((m for n in named for m in n.mentions), key=lambda m: m.start))
    return Named(_fullest(mentions), _type(mentions), mentions)


def pairs(named: Sequence[Named], scored: Scored) -> tuple[Named, ...]:
    """Two people whom the article names in one breath, "Kari Li og Ola Moe", as one entity of type PAIR by their full
    names; not the last two of a longer list."""
    mentions = sorted((m.start, m, n) for n in named for m in n.mentions)
    found: dict[str, list[Name]] = {}
    for (_, first, one), (start, second, other) in pairwise(mentions):
        joined = start == first.end + 1 and _word(scored, first.end) in JOINTS
        listed = _word(scored, first.start - 1) == "," and any(m.end == first.start - 1 for _, m, _ in mentions)
        if joined and not listed and one != other and "PER" in (one.type, other.type):
            name = f"{one.name} {_word(scored, first.end)} {other.name}"
            found.setdefault(name, []).append(name_of(scored, first.start, second.end, "PAIR"))
    return tuple(Named(name, "PAIR", tuple(own)) for name, own in found.items())


def _goes_on(scored: Scored, best: Sequence[str], start: int, end: int) -> int:
    """How many words from ``end`` on belong to the name that opens at ``start``."""
    text, s = scored.encoded.text, scored.encoded.segments
    left = int(np.searchsorted(s.sentence, s.sentence[start], side="right")) - end
    words = [_word(scored, w) for w in range(end, end + min(left, 3))]
    spaced = [text[s.words[w - 1, 1] : s.words[w, 0]] in (" ", "\u00a0") for w in range(end, end + len(words))]
    match words:
        case [".", after, *_] if INITIAL.fullmatch(_word(scored, end - 1)) and not spaced[0] and after[0].isupper():
            return 2
        case ["-", joint, _] if joint in JOINTS and not spaced[0] and spaced[1]:
            return 3
        case ["&", after, *_] if after[0].isupper():
            return 2
        case [number, *_] if number.isdigit() and spaced[0] and _word(scored, end - 1).casefold() in NUMBERED:
            return 1
        case [word, *_] if spaced[0]:
            another = best[end].startswith("B-") and best[end][2:] != best[start][2:]
            return int(best[end].startswith("I-") or (word[0].isupper() and not another))
    return 0


def _word(scored: Scored, word: int) -> str:
    start, end = scored.encoded.segments.words[word]
    return scored.encoded.text[start:end]


def small_words(scored: Scored) -> tuple[str, ...]:
    """Every word of an article in small letters."""
    return tuple(scored.encoded.text[start:end].casefold() for start, end in scored.encoded.segments.words)


def name_of(scored: Scored, start: int, end: int, type_: str) -> Name:
    """The name that the words from ``start`` to ``end`` (exclusive) are."""
    words = scored.encoded.segments.words
    return Name(start, end, " ".join(scored.encoded.text[words[start, 0] : words[end - 1, 1]].split()), type_)


def _without_stray_genitives(names: Sequence[Name]) -> tuple[Name, ...]:
    """Strip a genitive -s where the article also has the name without it, or an apostrophe marks it."""
    bare = {n.text for n in names}
    out = []
    for n in names:
        stripped = GENITIVE.sub("", n.text)
        known = stripped in bare or any(b.endswith(" " + stripped) for b in bare) or _bears_surname(stripped, bare)
        marked = "'" in n.text[-2:] or "’" in n.text[-2:]
        out.append(Name(n.start, n.end, stripped, n.type) if stripped and (known or marked) else n)
    return tuple(out)


def _bears_surname(name: str, names: Iterable[str]) -> bool:
    """Whether a name of several words ends as another such name does: "Kari Li" beside "Ola Li"."""
    _, _, surname = name.rpartition(" ")
    return surname != name and any(other.endswith(" " + surname) for other in names)


def _fuller(name: Name, at: int, names: Sequence[Name]) -> str | None:
    """The key of the fuller name of the person that a short one means. A surname alone means the person even where it
    has been tagged as something else; a first name alone must have been tagged as a person's."""
    words = name.text.casefold().split()
    for other in (*reversed(names[:at]), *names[at + 1 :]):
        theirs = other.text.casefold().split()
        if other.type != "PER" or len(theirs) <= len(words):
            continue
        surname = theirs[-len(words) :] == words
        first_name = name.type == "PER" and theirs[: len(words)] == words
        both = name.type == "PER" and len(words) > 1 and (theirs[0], theirs[-1]) == (words[0], words[-1])
        if surname or first_name or both:
            return _key(other.text)
    return None


def _spelt_out(name: Name, text: str, names: Sequence[Name]) -> str:
    """The key of the full name that an acronym stands for: the one it stands in brackets behind, or one of several
    words whose initials it has; else the name's own."""
    if name.text.isupper() and len(name.text) <= LONGEST_ACRONYM:
        before = text[: max(text.find(f"({name.text})"), 0)].rstrip()
        for other in names:
            if len(other.text) > len(name.text) and (
                before.endswith(other.text) or _abbreviates(name.text.casefold(), other.text.casefold())
            ):
                return _key(other.text)
    return _key(name.text)


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym has the initial of each long word of a name, in order, and further letters of it at most
    ("NSM" of "Nasjonal sikkerhetsmyndighet")."""
    initials = [w[0] for w in name.split() if len(w) > SHORT_WORD]
    return len(initials) > 1 and acronym[0] == name[0] and _within(initials, acronym) and _within(acronym, name)


def _within(letters: Iterable[str], word: str) -> bool:
    """Whether ``letters`` stand in ``word`` in their order."""
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _key(name: str) -> str:
    """A name without what only spelling makes: "TV 2" is "TV2", "Flaathen" is "Flåthen"."""
    return re.sub(r"\b(\w{1,3}) (\d)\b", r"\1\2", name.casefold().replace("aa", "å"))


def _fullest(mentions: Sequence[Name]) -> str:
    """The longest of the names, of spellings of one the commonest."""
    counts = Counter(m.text for m in mentions)
    return max(counts, key=lambda text: (len(_key(text)), counts[text]))


def _type(group: Sequence[Name]) -> str:
    values, counts = np.unique([m.type for m in group], return_counts=True)
    return str(values[counts.argmax()])

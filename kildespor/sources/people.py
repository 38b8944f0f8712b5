"""Who there is in an article: the entities that it names, and the phrases that refer to one and the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from kildespor.attribution.scorer import Phrase, Scored
from kildespor.model import Language
from kildespor.sources.names import Name, Named, find_names, link, merged, name_of, pairs
from kildespor.sources.places import parted
from kildespor.sources.register import Register

BODIES = ("ORG", "GPE_ORG", "PROD")
NEVER_BODIES = ("PER", "LOC", "GPE_LOC")


class People(Struct, frozen=True, dict=True):
    """A scored article with its named entities, those of them that it names two at a time, and its sets of phrases,
    each set in order of the text."""

    scored: Scored
    named: tuple[Named, ...]
    pairs: tuple[Named, ...]
    sets: tuple[tuple[Phrase, ...], ...]

    @cached_property
    def set_of(self) -> dict[int, int]:
        """The number of the set of phrases that each head of a phrase is in."""
        return {p.head: number for number, cluster in enumerate(self.sets) for p in cluster}

    @cached_property
    def names_of_sets(self) -> dict[int, str]:
        """Which set of phrases, by its number, is whose: the pair of which a phrase is the names, else the named entity
        that heads most of its phrases."""
        both = {(m.start, m.end): pair.name for pair in self.pairs for m in pair.mentions}
        owner: dict[int, int] = {}
        for number, named in enumerate(self.named):
            for m in named.mentions:
                owner |= dict.fromkeys((w for w in range(m.start, m.end) if w not in owner), number)
        names = {}
        for number, cluster in enumerate(self.sets):
            heads = Counter(owner[head] for head in {p.head for p in cluster} if head in owner)
            if pair := next((both[p.start, p.end] for p in cluster if (p.start, p.end) in both), None):
                names[number] = pair
            elif heads:
                most = max(heads.values())
                names[number] = self.named[min(k for k, n in heads.items() if n == most)].name
        return names


def people(
    scored: Scored, tags: Sequence[str], register: Register | None = None, language: Language | None = None
) -> People:
    """Everybody in a scored article. ``tags`` are the name tags of the scorer; names under which ``register`` knows one
    and the same outlet or institution ("Ap" and "Arbeiderpartiet") are one."""
    names = find_names(scored, tags)
    if register:
        names = tuple(_parted(names, scored, register, language))
    named = link(names, scored.encoded.text)
    if register:
        named = _known(named, register, language)
    named = parted(named, scored)
    return People(scored, named, pairs(named, scored), _sets(scored))


def _parted(names: Sequence[Name], scored: Scored, register: Register, language: Language | None) -> Iterator[Name]:
    """The names, of which one that runs a person and a medium together is the two that it is: "Li Dagbladet.no" where
    the article has a Kari Li, "Jyllands-Posten Ola Moe" where it has an Ola Moe."""
    people = {part for n in names if n.type == "PER" for part in (n.text, n.text.rpartition(" ")[2])}
    for n in names:
        first, _, after = n.text.partition(" ")
        before, _, last = n.text.rpartition(" ")
        if before in people and is_medium(last, register, language):
            yield name_of(scored, n.start, n.end - 1, "PER")
            yield name_of(scored, n.end - 1, n.end, "ORG")
        elif after in people and is_medium(first, register, language):
            yield name_of(scored, n.start, n.start + 1, "ORG")
            yield name_of(scored, n.start + 1, n.end, "PER")
        else:
            yield n


def is_medium(name: str, register: Register, language: Language | None) -> bool:
    """Whether the register knows a name as that of an outlet or agency."""
    entry = register.find(name, language=language)
    return entry is not None and entry.source_type in ("outlet", "agency")


def _known(named: Sequence[Named], register: Register, language: Language | None) -> tuple[Named, ...]:
    """Names of one entry put together. What has been tagged as no body is one where a body has that entry."""
    entries = [register.find(n.name, language=language) if n.type not in NEVER_BODIES else None for n in named]
    bodies = {e.key for n, e in zip(named, entries, strict=True) if e and n.type in BODIES}
    by_key: dict[str, list[Named]] = {}
    for n, entry in zip(named, entries, strict=True):
        by_key.setdefault(entry.key if entry and entry.key in bodies else f"{n.name}, {n.type}", []).append(n)
    return tuple(merged(each) for each in by_key.values())


def _sets(scored: Scored) -> tuple[tuple[Phrase, ...], ...]:
    set_of: dict[int, list[Phrase]] = {}
    sets: list[list[Phrase]] = []
    for phrase in scored.phrases:
        own = set_of.get(phrase.antecedent) if phrase.antecedent is not None else None
        if own is None:
            own = []
            sets.append(own)
        own.append(phrase)
        set_of[phrase.head] = own
    return tuple(tuple(s) for s in sets)

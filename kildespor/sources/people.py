"""Who there is in an article: the entities that it names, and the phrases that refer to one and the same."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from kildespor.attribution.scorer import Phrase, Scored
from kildespor.model import Language
from kildespor.sources.names import Named, find_names, link, merged
from kildespor.sources.register import Register

BODIES = ("ORG", "GPE_ORG", "PROD")


class People(Struct, frozen=True):
    """A scored article with its named entities and its sets of phrases, each set in order of the text."""

    scored: Scored
    named: tuple[Named, ...]
    sets: tuple[tuple[Phrase, ...], ...]

    def names_of_sets(self) -> dict[int, str]:
        """Which set of phrases, by its number, is whose: the named entity that heads most of its phrases."""
        owner: dict[int, int] = {}
        for number, named in enumerate(self.named):
            for m in named.mentions:
                owner |= dict.fromkeys((w for w in range(m.start, m.end) if w not in owner), number)
        names = {}
        for number, cluster in enumerate(self.sets):
            heads = Counter(owner[head] for head in {p.head for p in cluster} if head in owner)
            if heads:
                most = max(heads.values())
                names[number] = self.named[min(k for k, n in heads.items() if n == most)].name
        return names


def people(
    scored: Scored, tags: Sequence[str], register: Register | None = None, language: Language | None = None
) -> People:
    """Everybody in a scored article. ``tags`` are the name tags of the scorer; names under which ``register`` knows one
    and the same outlet or institution ("Ap" and "Arbeiderpartiet") are one."""
    named = link(find_names(scored, tags), scored.encoded.text)
    return People(scored, _known(named, register, language) if register else named, _sets(scored))


def _known(named: Sequence[Named], register: Register, language: Language | None) -> tuple[Named, ...]:
    by_key: dict[str, list[Named]] = {}
    for n in named:
        entry = register.find(n.name, language=language) if n.type in BODIES else None
        by_key.setdefault(entry.key if entry else f"{n.name}, {n.type}", []).append(n)
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

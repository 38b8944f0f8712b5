"""By what words an article brings somebody up: the name behind "rederiet", "kommunen" or "begge to"."""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property

from kildespor.attribution.decode import Words
from kildespor.sources.kinds import kind_of_phrase
from kildespor.sources.people import People
from kildespor.sources.phrases import singular_of, word_classes

BODIES = ("ORG", "GPE_ORG")
BARE = 3
"""Words of a phrase that is only a noun: "det nye selskapet"."""
BETWEEN = 5
"""Words between a title and the name that it goes with."""
STEM = 5
"""Letters of a noun that begins a compound."""
MORE = ("indefinite", "links", "pronouns")
"""The classes of words by which a phrase says more than its noun."""


class Introductions:
    """The names of one article, by the nouns that go with them."""

    def __init__(self, who: People, words: Sequence[str]) -> None:
        self._who = who
        self._words = words

    def named(self, source: Words) -> str | None:
        """The name that goes with the noun that a source is: that has it right before it, "rederiet" of "det tyrkiske
        rederiet Ege", of several the last; else of bodies the one that has it within it, "kommunen" of "Storvik
        kommune". None for media: an article has many, and "avisen" is whichever it last spoke of."""
        noun = self._noun(source)
        kind = kind_of_phrase(noun) if noun else None
        if noun is None or kind not in ("person", "organisation"):
            return None
        own = source.tolist()
        called = {name for at, name in self._titles if at not in own and singular_of(noun, self._noun_at(at))}
        if called or kind == "person":
            return self._last_named(called, int(source[0]))
        names = {name for name in self._bodies if any(_names(noun, word) for word in name.casefold().split())}
        return names.pop() if len(names) == 1 else None

    def _last_named(self, names: Set[str], at: int) -> str | None:
        """The one of several that the article names last before a word, else the first after it."""
        starts = [(m.start, n.name) for n in self._who.named if n.name in names for m in n.mentions]
        before, after = [s for s in starts if s[0] < at], [s for s in starts if s[0] >= at]
        return max(before)[1] if before else min(after)[1] if after else None

    def body(self, source: Words) -> str | None:
        """The body of whose phrases a source is one, if its noun is one for bodies."""
        noun = self._noun(source)
        own = self._name_of_head.get(int(source[-1]))
        return own if noun and kind_of_phrase(noun) == "organisation" and own in self._bodies else None

    def pair(self, source: Words) -> str | None:
        """The two people whom the article last named in one breath before a source that stands for two."""
        words = {self._words[w] for w in source.tolist()}
        if not words & word_classes()["pair"] or words - word_classes()["pair"] - word_classes()["with pair"]:
            return None
        before = [(m.start, p.name) for p in self._who.pairs for m in p.mentions if m.start < source[0]]
        return max(before)[1] if before else None

    def _noun(self, source: Words) -> str | None:
        """The noun that is all that a source says, with an article and an adjective at most: one that brings nobody up,
        or in a headline anybody ("Tysk minister")."""
        words = [self._words[w] for w in source.tolist()]
        if words and words[-1] in word_classes()["self"]:
            words.pop()
        more = any(w in word_classes()[name] for w in {*words} - word_classes()["definite"] for name in MORE)
        if not words or len(words) > BARE or more or self._has_name(source):
            return None
        noun = words[-1].rpartition("-")[2]
        return noun if noun.isalpha() else None

    def _noun_at(self, word: int) -> str:
        return self._words[word].rpartition("-")[2]

    def _has_name(self, source: Words) -> bool:
        """Whether a name is in a source. A noun that the article has in small letters too is none, though the capital
        that opens a sentence made it look like one."""
        *before, last = source.tolist()
        return not self._inside.isdisjoint(before) or (last in self._inside and self._words[last] not in self._small)

    @cached_property
    def _small(self) -> frozenset[str]:
        """The words that the article has in small letters."""
        text, words = self._who.scored.encoded.text, self._who.scored.encoded.segments.words
        return frozenset(word for word, (start, _) in zip(self._words, words, strict=True) if text[start].islower())

    @cached_property
    def _inside(self) -> frozenset[int]:
        """The words that are in names."""
        return frozenset(
            w for n in self._who.named if n.type != "DRV" for m in n.mentions for w in range(m.start, m.end)
        )

    @cached_property
    def _bodies(self) -> frozenset[str]:
        return frozenset(n.name for n in self._who.named if n.type in BODIES)

    @cached_property
    def _titles(self) -> tuple[tuple[int, str], ...]:
        """Each word that stands right before a name, a comma between them or not, with the name."""
        found = set()
        for n in self._who.named:
            for m in n.mentions:
                before = m.start - 2 if self._words[m.start - 1] == "," else m.start - 1
                found |= {(w, n.name) for w in self._titles_at(before)}
        return tuple(found)

    def _titles_at(self, before: int) -> Iterator[int]:
        """The words that may be a title by their place before a name: the one beside it, and where that has a capital,
        the one whose post it tells, "leder" of "leder i norske Bondelaget Kari Li"."""
        if before >= 0 and before not in self._inside:
            yield before
        sentence = self._who.scored.encoded.segments.sentence
        if before >= 0 and self._words[before] not in self._small:
            near = [w for w in range(before, max(before - BETWEEN, 0), -1) if sentence[w - 1] == sentence[before]]
            yield from [w - 1 for w in near if self._words[w] in word_classes()["links"]][:1]

    @cached_property
    def _name_of_head(self) -> Mapping[int, str]:
        names = self._who.names_of_sets
        return {p.head: names[k] for k, cluster in enumerate(self._who.sets) if k in names for p in cluster}


def _names(noun: str, word: str) -> bool:
    """Whether a noun is in a word of a name, as all of it, its end or its beginning."""
    bare = noun[:-2] if noun.endswith(("et", "en")) else noun
    return singular_of(noun, word) or (len(bare) >= STEM and word.startswith(bare))

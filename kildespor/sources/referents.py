"""Who a source may be: what an article names, and what it only describes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import Literal

import numpy as np
from msgspec import Struct

from kildespor.attribution.attribute import Found
from kildespor.attribution.decode import Words, runs
from kildespor.attribution.scorer import ROLES
from kildespor.sources.introduced import Introductions
from kildespor.sources.names import ACTORS, small_words
from kildespor.sources.people import People
from kildespor.sources.phrases import head_noun, word_classes

REFERENT = ROLES.index("referent")
POINTED_AT = 0.4
LONGEST = 10
"""Words of a description; a longer phrase goes on about something else."""
SPEAKING = (*ACTORS, "GPE_LOC")
"""The types of names that a source may have."""

Mention = tuple[int, int]
"""The first word of a mention and the one after its last."""


class Referent(Struct, frozen=True):
    """Somebody or something that a source may be, by name or description, with all mentions in order and the NorNE type
    of a name.

    ``known`` is how the article makes it known: by a name, by a description elsewhere, by the source's own words, or
    not at all, as who asks in an interview.
    """

    name: str
    known: Literal["named", "described", "own", "reporter"]
    type: str | None = None
    mentions: tuple[Mention, ...] = ()


class Cast:
    """Everybody that the sources of one article may be. ``media`` are the names of outlets and agencies among them,
    ``reporter`` is what somebody goes by who asks in an interview."""

    def __init__(self, found: Sequence[Found], who: People, media: frozenset[str], reporter: str) -> None:
        self.found = found
        self.who = who
        self.scored = who.scored
        self.media = media
        self.words = small_words(who.scored)
        self.introductions = Introductions(who, self.words)
        self._reporter = Referent(reporter, "reporter")
        self._set_of = who.set_of
        self._name_of_set = who.names_of_sets
        self._sets = [self._set(f.candidate.source) for f in found]
        self._speaking = [self._first_person(f.candidate.content) for f in found]

    def with_stand_in(self, at: int, stand_in: Found) -> "Cast":
        """The same cast with another attribution in the place of number ``at``."""
        other = copy(self)
        other.found = (*self.found[:at], stand_in, *self.found[at + 1 :])
        other._sets = [*self._sets[:at], self._set(stand_in.candidate.source), *self._sets[at + 1 :]]
        first_person = self._first_person(stand_in.candidate.content)
        other._speaking = [*self._speaking[:at], first_person, *self._speaking[at + 1 :]]
        return other

    @cached_property
    def named(self) -> tuple[Referent, ...]:
        """The entities with a name, in the order in which the article brings them up."""
        return tuple(
            Referent(n.name, "named", n.type, tuple((m.start, m.end) for m in n.mentions))
            for n in self.who.named
            if n.type in SPEAKING
        )

    def phrase(self, words: Words) -> str | None:
        """The first unbroken stretch of words as it stands in the text; None when there are none."""
        if not len(words):
            return None
        segments = self.scored.encoded.segments
        first = next(iter(runs(words, segments.paragraph)))
        return self._text(int(first[0]), int(first[-1]) + 1)

    def is_pronoun(self, words: Words) -> bool:
        return all(self.words[w] in word_classes()["pronouns"] for w in words.tolist())

    def is_linked(self, word: int, phrase: Words) -> bool:
        """Whether a small word links a word of a phrase to its noun, "Kreml" of "en talsperson for Kreml", and no comma
        parts them."""
        if not len(phrase) or not phrase[0] < word <= phrase[-1]:
            return False
        before = self.words[phrase[0] + 1 : word]
        return "," not in before and any(w in word_classes()["links"] for w in before)

    def referred(self, at: int) -> str | None:
        """The name or description of the set of phrases that a source's phrase belongs to."""
        return self._known_as(self._sets[at])

    def speaking(self, at: int) -> str | None:
        """The name or description of the set that an *I* in what is said belongs to."""
        return self._known_as(self._speaking[at])

    def candidates(self, at: int, entities: Sequence[str | None]) -> tuple[Referent, ...]:
        """Who the source of attribution ``at`` may be, each once. ``entities`` are those of all attributions so far."""
        candidate = self.found[at].candidate
        each = []
        if len(candidate.source) and not self.is_pronoun(candidate.source):
            each.append(self._own(candidate.source))
        linked = {w for w in candidate.source.tolist() if self.is_linked(w, candidate.source)}
        each += [r for r in self.named if linked.isdisjoint(a for a, _ in r.mentions)]
        sets = (self._sets[at], self._speaking[at])
        each += [self._described(k) for k in sets if k is not None and k not in self._name_of_set]
        each += self._other_sources(at, entities)
        each += self._pointed_at(at)
        if not len(candidate.source) and candidate.kind == "direct":
            each.append(self._reporter)
        once: dict[str, Referent] = {}
        for r in each:
            once.setdefault(r.name.casefold(), r)
        return tuple(r for r in once.values() if r.name)

    def _own(self, words: Words) -> Referent:
        """A source by its own words, or by the name of the body that they refer to."""
        name = self.introductions.body(words) or self.phrase(words) or ""
        return Referent(name, "own", None, ((int(words[0]), int(words[-1]) + 1),))

    def _other_sources(self, at: int, entities: Sequence[str | None]) -> Iterator[Referent]:
        """The sources of other attributions, each with all the phrases that it stands behind."""
        spoken: dict[str, list[Mention]] = {}
        for i, (f, entity) in enumerate(zip(self.found, entities, strict=True)):
            source = f.candidate.source
            if i != at and entity and len(source) and not self.is_pronoun(source):
                spoken.setdefault(entity, []).append((int(source[0]), int(source[-1]) + 1))
        for entity, mentions in spoken.items():
            yield Referent(entity, "described", None, tuple(mentions))

    def _pointed_at(self, at: int) -> Iterator[Referent]:
        """The longest stretch of words that the model points at, unless a name is in it."""
        scores = self.found[at].candidate.scores
        words = np.flatnonzero(scores.roles[:, REFERENT] >= POINTED_AT) + scores.start
        stretches = list(runs(words, self.scored.encoded.segments.paragraph))
        if stretches:
            longest = max(stretches, key=len)
            mention = int(longest[0]), int(longest[-1]) + 1
            if any(a < mention[1] and mention[0] < b for r in self.named for a, b in r.mentions):
                return
            yield Referent(self._text(*mention), "described", None, (mention,))

    def _described(self, k: int) -> Referent:
        mentions = tuple((p.start, p.end) for p in self.who.sets[k])
        return Referent(self._description(k) or "", "described", None, mentions)

    def _description(self, k: int) -> str | None:
        """The longest phrase of a set that is no pronoun, a clause or more left out."""
        phrases = [
            self._text(p.start, p.end)
            for p in self.who.sets[k]
            if p.end - p.start <= LONGEST and not self.is_pronoun(np.arange(p.start, p.end))
        ]
        return max(phrases, key=len, default=None)

    def _known_as(self, k: int | None) -> str | None:
        return None if k is None else self._name_of_set.get(k) or self._description(k)

    def _set(self, source: Words) -> int | None:
        """The set of phrases that the head of a source belongs to, else any that stands within it."""
        if not len(source):
            return None
        inside = set(source.tolist())
        noun = head_noun(self.phrase(source) or "")
        for head in sorted(inside, key=lambda w: not self.words[w].endswith(noun)):
            if head in self._set_of and self.words[head].endswith(noun):
                return self._set_of[head]
        for k, cluster in enumerate(self.who.sets):
            if any(p.head in inside and inside.issuperset(range(p.start, p.end)) for p in cluster):
                return k
        return None

    def _first_person(self, content: Words) -> int | None:
        sets = Counter(
            self._set_of[w] for w in content.tolist() if self.words[w] in word_classes()["i"] and w in self._set_of
        )
        return sets.most_common(1)[0][0] if sets else None

    def _text(self, start: int, end: int) -> str:
        words = self.scored.encoded.segments.words
        return " ".join(self.scored.encoded.text[words[start, 0] : words[end - 1, 1]].split())

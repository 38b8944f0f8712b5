"""Who the source of an attribution is: a form that the article itself uses, the fullest."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import structs

from kildespor.attribution.attribute import Found
from kildespor.attribution.decode import Candidate, Words
from kildespor.attribution.relays import Link
from kildespor.model import Language
from kildespor.sources.evidence import Evidence, Features
from kildespor.sources.names import ACTORS, Name
from kildespor.sources.people import People, is_medium
from kildespor.sources.phrases import word_classes
from kildespor.sources.ranking import Ranking, shipped_ranking
from kildespor.sources.referents import SPEAKING, Cast, Referent
from kildespor.sources.register import Register


class Choice(NamedTuple):
    """One choice made: for which attribution, of what kind of source, among whom, with what evidence."""

    at: int
    kind: str
    candidates: tuple[Referent, ...]
    evidence: tuple[Features, ...]


class Resolver:
    """Resolves the sources of one article's attributions."""

    def __init__(self, found: Sequence[Found], who: People, language: Language, register: Register) -> None:
        self._found = found
        self._who = who
        self._register = register
        self._scored = who.scored
        self._reporter: str = word_classes()["reporter"][language]
        self._language = language
        media = frozenset(n.name for n in who.named if is_medium(n.name, register, language))
        self._cast = Cast(found, who, media, self._reporter)

    def entities(self, ranking: Ranking | None = None) -> tuple[str | None, ...]:
        """The entity behind each attribution's source, None where it is unstated.

        What a source's own words name is settled first. Then those with words are ranked, then those without, of which
        the speakers around tell most; within each, what encloses others comes before them.
        """
        entities: list[str | None] = [None] * len(self._found)
        for choice in self.choices(entities):
            best = (ranking or shipped_ranking()).best(choice.kind, choice.evidence)
            entities[choice.at] = choice.candidates[best].name
        return tuple(entities)

    def choices(self, entities: list[str | None]) -> Iterator[Choice]:
        """Each choice to be made, in order; ``entities`` is filled in here where there is none to make, and by the
        caller after each choice."""
        evidence = Evidence(self._cast)
        open_ = []
        for at, f in enumerate(self._found):
            settled, entities[at] = self._settled(f.candidate)
            if not settled:
                open_.append(at)
        for at in sorted(
            open_, key=lambda i: (not len(self._found[i].candidate.source), len(self._found[i].enclosers))
        ):
            if candidates := self._cast.candidates(at, entities):
                yield Choice(at, evidence.kind_of(at), candidates, evidence.of(at, candidates, entities))

    def relay(self, at: int, link: Link, entities: Sequence[str | None]) -> str | None:
        """The entity behind a relay's own words: the name in them, else who they mean as the source of attribution
        ``at`` would, of whom the model's heads say nothing."""
        if named := self._named_in(link.source):
            return named
        c = self._found[at].candidate
        unseen = structs.replace(c.scores, roles=c.scores.roles[:0], source_kind=np.full(3, 1 / 3, np.float32))
        stand_in = structs.replace(c, source=link.source, cue=link.cue, scores=unseen)
        cast = self._cast.with_stand_in(at, Found(self._found[at].attribution, stand_in, (), ()))
        evidence = Evidence(cast)
        candidates = [r for r in cast.candidates(at, entities) if r.name != entities[at]]
        if not candidates:
            return cast.phrase(link.source)
        kind = evidence.kind_of(at)
        return candidates[shipped_ranking().best(kind, evidence.of(at, candidates, entities))].name

    def _settled(self, c: Candidate) -> tuple[bool, str | None]:
        if c.source_kind == "unstated" and not len(c.source):
            return True, None
        introductions = self._cast.introductions
        if len(c.source) and (name := introductions.named(c.source) or introductions.pair(c.source)):
            return True, name
        if named := self._named_in(c.source):
            return True, named
        asked = c.act == "ask" and c.kind == "direct" and c.source_kind == "unnamed"
        is_question = asked and not len(c.source) and not len(c.cue)
        return is_question, self._reporter if is_question else None

    def _named_in(self, words: Words) -> str | None:
        """The name that a phrase gives: a person's anywhere in it, another's at its end; not one that only says whose,
        of what or where the source is ("Bergs advokat", "en talsperson for Kreml")."""
        if not len(words):
            return None
        inside = [
            (named, m)
            for named in self._who.named
            for m in named.mentions
            if m.start >= words[0] and m.end <= words[-1] + 1 and m.type in SPEAKING
        ]
        for named, m in inside:
            if m.type == "PER" and self._heads(m, words) and not self._owns(m, words) and not self._of(m, words):
                return named.name
        for named, m in sorted(inside, key=lambda pair: -pair[1].end):
            alone = m.start == words[0] and m.end == words[-1] + 1
            heads = m.type in ACTORS and self._heads(m, words) and not self._cast.is_linked(m.start, words)
            if alone or (heads and m.end == words[-1] + 1):
                return self._with_nation(named.name, m.start, alone)
        return None

    def _heads(self, m: Name, words: Words) -> bool:
        return bool(m.start == words[0]) or self._word(m.start - 1) not in word_classes()["links"]

    def _of(self, m: Name, words: Words) -> bool:
        """Whether a phrase is somebody of the person named, under a title: "en talsmann for president Li"; not where
        another name is between, "talsmann for NHO Kari Li"."""
        before = range(words[0] + 1, m.start)
        link = next((w for w in reversed(before) if self._word(w) in word_classes()["of"]), None)
        return link is not None and not any(
            self._written(w)[0].isupper() or self._word(w) == "," for w in range(link, m.start)
        )

    def _owns(self, m: Name, words: Words) -> bool:
        """Whether a name is a genitive before a noun of the phrase."""
        _, end = self._scored.encoded.segments.words[m.end - 1]
        if m.end > words[-1] or self._scored.encoded.text[end - 1] not in "s'’":
            return False
        after = self._scored.encoded.text[self._scored.encoded.segments.words[m.end, 0] :][:1]
        return after.islower() and self._word(m.end) not in word_classes()["links"]

    def _with_nation(self, name: str, start: int, alone: bool) -> str:
        """A name with the word before it where that word makes it another's: "dansk TV 2" is not TV 2."""
        if alone:
            return name
        word = self._scored.encoded.segments.words[start - 1]
        longer = f"{self._scored.encoded.text[word[0] : word[1]]} {name}"
        known = self._register.find(longer, language=self._language)
        return longer if known and known != self._register.find(name, language=self._language) else name

    def _word(self, word: int) -> str:
        return self._written(word).casefold()

    def _written(self, word: int) -> str:
        start, end = self._scored.encoded.segments.words[word]
        return self._scored.encoded.text[start:end]

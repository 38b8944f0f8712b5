"""Who the source of an attribution is: a form that the article itself uses, the fullest."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kildespor.attribution.decode import Candidate, Words, runs
from kildespor.attribution.scorer import ROLES
from kildespor.model import Language
from kildespor.sources.names import ACTORS, Name
from kildespor.sources.people import People
from kildespor.sources.register import Register

REFERENT = ROLES.index("referent")
REFERS_FROM = 0.4
DESCRIBES_FROM = 0.8
AT_LEAST = 0.08
DEFINITE = re.compile(r"(?:en|et|a|n)$")
SHORTEST_TITLE = 4


class Resolver:
    """Resolves the sources of one article's attributions, in the order of the text."""

    def __init__(self, who: People, language: Language, register: Register) -> None:
        self._who = who
        self._register = register
        self._scored = who.scored
        self._named = who.named
        self._language = language

    def entity(self, candidate: Candidate, before: str | None) -> str | None:
        """The entity behind a candidate's source, None when it is unstated.

        ``before`` is the entity of the attribution before it, who goes on speaking where a quote has no source of its
        own and the model points at nobody.
        """
        if candidate.source_kind == "unstated" and not len(candidate.source):
            return None
        own = self.phrase(candidate.source)
        if named := self._named_in(candidate.source):
            return named
        if self._is_question(candidate):
            return str(word_classes()["reporter"][self._language])
        if known := self._titled(candidate.source) or self._coreferent(candidate.source):
            return known
        referred, strength = self._referred(candidate)
        if own and not self._is_pronoun(candidate.source):
            sure = candidate.source_kind == "named" and strength >= DESCRIBES_FROM
            return referred if sure and referred else self._fuller(own, candidate)
        if strength >= REFERS_FROM and referred:
            return referred
        return self._described(candidate) or (referred if strength >= AT_LEAST else None) or before or own

    def _fuller(self, own: str, candidate: Candidate) -> str:
        """A description, or the longer one of the same that the model points at."""
        other = self._described(candidate)
        return other if other and len(other) > len(own) and own.casefold() in other.casefold() else own

    def relay(self, words: Words) -> str | None:
        """The entity behind a relay's own words: the name in them, else the phrase."""
        return self._named_in(words) or self.phrase(words)

    def phrase(self, words: Words) -> str | None:
        """The words as they stand in the text, from first to last; None when there are none."""
        if not len(words):
            return None
        segments = self._scored.encoded.segments
        first = next(iter(runs(words, segments.paragraph)))
        start, end = segments.words[first[0], 0], segments.words[first[-1], 1]
        return " ".join(self._scored.encoded.text[start:end].split())

    def _named_in(self, words: Words) -> str | None:
        """The name that a phrase gives: a person's anywhere in it, another's at its end; not one that only says whose,
        of what or where the source is ("Bergs advokat", "en talsperson for Kreml")."""
        if not len(words):
            return None
        inside = [
            (named, m)
            for named in self._named
            for m in named.mentions
            if m.start >= words[0] and m.end <= words[-1] + 1 and m.type in (*ACTORS, "GPE_LOC")
        ]
        for named, m in inside:
            if m.type == "PER" and self._heads(m, words) and not self._owns(m, words):
                return named.name
        for named, m in sorted(inside, key=lambda pair: -pair[1].end):
            alone = m.start == words[0] and m.end == words[-1] + 1
            heads = m.type in ACTORS and self._heads(m, words)
            if alone or (heads and m.end == words[-1] + 1):
                return self._with_nation(named.name, m.start, alone)
        return None

    def _heads(self, m: Name, words: Words) -> bool:
        return bool(m.start == words[0]) or self._word(m.start - 1) not in word_classes()["links"]

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

    def _referred(self, candidate: Candidate) -> tuple[str | None, float]:
        """The named entity that the model points at, and how strongly: the best mean over a mention's words."""
        roles, start = candidate.scores.roles, candidate.scores.start
        best, strength = None, 0.0
        for named in self._named:
            for m in named.mentions:
                if m.start < start or m.end > start + len(roles):
                    continue
                mean = float(roles[m.start - start : m.end - start, REFERENT].mean())
                if mean > strength:
                    best, strength = named.name, mean
        return best, strength

    def _titled(self, words: Words) -> str | None:
        """The one person whose name stands behind the title that a source goes by ("ordføraren", "ordførar Moe")."""
        if not len(words) or self._is_pronoun(words):
            return None
        title = DEFINITE.sub("", self._word(int(words[-1])))
        bearers = {
            named.name
            for named in self._named
            for m in named.mentions
            if m.type == "PER" and m.start and DEFINITE.sub("", self._word(m.start - 1)) == title
        }
        return bearers.pop() if len(title) >= SHORTEST_TITLE and len(bearers) == 1 else None

    def _coreferent(self, words: Words) -> str | None:
        """The named entity that the source's phrase refers to."""
        inside = set(words.tolist())
        for cluster in self._who.sets:
            if any(p.head in inside and inside.issuperset(range(p.start, p.end)) for p in cluster):
                named = self._who.named_by(cluster)
                return named.name if named else None
        return None

    def _described(self, candidate: Candidate) -> str | None:
        """The longest stretch that the model points at, for a source that the article never names."""
        words = np.flatnonzero(candidate.scores.roles[:, REFERENT] >= REFERS_FROM) + candidate.scores.start
        stretches = list(runs(words, self._scored.encoded.segments.paragraph))
        return self.phrase(max(stretches, key=len)) if stretches else None

    def _is_question(self, c: Candidate) -> bool:
        asked = c.act == "ask" and c.kind == "direct" and c.source_kind == "unnamed"
        return asked and not len(c.source) and not len(c.cue)

    def _is_pronoun(self, words: Words) -> bool:
        return all(self._word(int(w)) in word_classes()["pronouns"] for w in words)

    def _word(self, word: int) -> str:
        start, end = self._scored.encoded.segments.words[word]
        return self._scored.encoded.text[start:end].casefold()


@cache
def word_classes() -> dict[str, Any]:
    """The word classes of ``words.toml``."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))

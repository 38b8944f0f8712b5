"""What speaks for a source being this or that: the features by which :mod:`kildespor.sources.ranking` chooses.

After the features of mention-ranking coreference (Denis and Baldridge 2008) and of attributing quotes to speakers
(Elson and McKeown 2010): what the model says, nearness, who has been speaking, agreement, and likeness of wording.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from math import log1p
from pathlib import Path
from typing import NamedTuple

from kildespor.attribution.confidence import log_odds
from kildespor.attribution.decode import opens_turn
from kildespor.model import SourceType
from kildespor.sources.kinds import kind_of_phrase
from kildespor.sources.phrases import ends_compound, head_noun, same_noun, word_classes
from kildespor.sources.referents import REFERENT, Cast, Referent

BEFORE, AFTER = 3, 8
"""How many words around a name may say what somebody is: "statsminister Kari Li", "Kari Li, leder i laget"."""
WORDY = 4
"""Letters from which on a word of a quote tells it from others."""

Features = dict[str, float]


class _Told(NamedTuple):
    """What the model says of a source whoever it is: whom it refers to and who speaks as *I*, where they are known, and
    how surely (log-odds) it has a name."""

    known: dict[str, str]
    named: float


class _Own(NamedTuple):
    """A source's own words, the noun that heads them and the kind of source that they name."""

    phrase: str
    noun: str
    kind: SourceType


class Evidence:
    """The features of one article's attributions and of whoever may be their sources."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._words = cast.words
        self._segments = cast.scored.encoded.segments
        self._found = [f.candidate for f in cast.found]
        self._contents = [frozenset(c.content.tolist()) for c in self._found]
        self._addressees = [frozenset(c.addressee.tolist()) for c in self._found]
        self._said = frozenset().union(*self._contents)
        self._wordings = [frozenset(self._words[w] for w in content) for content in self._contents]

    def of(self, at: int, candidates: Sequence[Referent], entities: Sequence[str | None]) -> tuple[Features, ...]:
        """The features of each candidate for the source of attribution ``at``. ``entities`` are those of all
        attributions so far, None where none is known yet."""
        speakers = self._speakers(at, entities)
        pointed = [self._pointed(at, r) for r in candidates]
        most = max((p for p in pointed if p is not None), default=0.0)
        last = [self._last_mention(at, r) for r in candidates]
        nearest = max((n for n, r in zip(last, candidates, strict=True) if r.type == "PER"), default=-1)
        quoted = self._quoted(at, entities)
        all_quoted = sum(map(len, quoted.values()))
        kind, told = self.kind_of(at), self._told(at)
        own = self._own(at) if kind == "phrase" else None
        every = []
        for r, p, n in zip(candidates, pointed, last, strict=True):
            features = {f"known {r.known}": 1.0, f"type {r.type}": 1.0}
            features |= self._model(r, p, most, told)
            features |= {name: 1.0 for name, who in speakers if who == r.name}
            features |= self._near(at, r, n, nearest)
            features |= self._share(at, quoted.get(r.name, []), all_quoted)
            if kind == "pronoun":
                features |= self._agreement(at, r)
            if own:
                features |= self._likeness(at, r, own)
            if r.known == "reporter":
                features |= self._asked(at)
            every.append(features)
        return tuple(every)

    def kind_of(self, at: int) -> str:
        """Whether the source has no words ("quote"), a pronoun or a phrase: each is weighed apart."""
        source = self._found[at].source
        if not len(source):
            return "quote"
        return "pronoun" if self._cast.is_pronoun(source) else "phrase"

    def _told(self, at: int) -> _Told:
        known = {"coreferent": self._cast.referred(at), "speaks as I": self._cast.speaking(at)}
        sure = log_odds(float(self._found[at].scores.source_kind[0]))
        return _Told({name: who for name, who in known.items() if who is not None}, sure)

    def _own(self, at: int) -> _Own:
        phrase = self._cast.phrase(self._found[at].source) or ""
        return _Own(phrase, head_noun(phrase), kind_of_phrase(phrase))

    def _model(self, r: Referent, pointed: float | None, most: float, told: _Told) -> Features:
        """What the heads of the network say: the referent role, the sets of phrases, the kind of source."""
        f: Features = {}
        if pointed is None:
            f["out of sight"] = 1.0
        else:
            f["referent"] = log_odds(pointed) + 4
            f["referent less than best"] = pointed - most
            f["referent best"] = float(pointed == most > 0.05)
        for name, known in told.known.items():
            f[name if known == r.name else f"{name} is another"] = 1.0
        f["to be named" if r.known == "named" else "to be unnamed"] = told.named if r.known == "named" else -told.named
        return f

    def _pointed(self, at: int, r: Referent) -> float | None:
        """How strongly the model points at one of the mentions; None when it saw none of them."""
        scores = self._found[at].scores
        role, start = scores.roles[:, REFERENT], scores.start
        means = [
            float(role[a - start] if b - a == 1 else role[a - start : b - start].mean())
            for a, b in r.mentions
            if start <= a and b <= start + len(role)
        ]
        return max(means, default=None)

    def _speakers(self, at: int, entities: Sequence[str | None]) -> list[tuple[str, str]]:
        """Who speaks around an attribution, under the name of the feature that it gives."""
        spoken = [e if len(c.source) else None for c, e in zip(self._found, entities, strict=True)]
        direct = [e if c.kind == "direct" else None for c, e in zip(self._found, spoken, strict=True)]
        before = entities[at - 1] if at else None
        after = entities[at + 1] if at + 1 < len(entities) else None
        encloser = next((entities[i] for i in self._cast.found[at].enclosers), None)
        other = next((e for e in reversed(entities[:at]) if e not in (None, before)), None)
        each = {
            "before": before,
            "after": after,
            "other than before": other,
            "spoke last": next((e for e in reversed(spoken[:at]) if e), None),
            "spoke last directly": next((e for e in reversed(direct[:at]) if e), None),
            "speaks next": next((e for e in spoken[at + 1 :] if e), None),
            "speaks next directly": next((e for e in direct[at + 1 :] if e), None),
            "encloser": encloser,
        }
        if opens_turn(self._found[at].scores.word, self._cast.scored):
            each["before a turn"] = before
        if at and self._paragraph(at - 1) == self._paragraph(at):
            each["before in the paragraph"] = before
        if after and self._paragraph(at + 1) == self._paragraph(at):
            each["after in the paragraph"] = after
        if self._paragraph(at) == 0:
            each["after the headline"] = after
        if encloser and len(self._found[at].source) and self._pronoun(at) in word_classes()["i"]:
            each["encloser says I"] = encloser
        return [(name, who) for name, who in each.items() if who is not None]

    def _paragraph(self, at: int) -> int:
        return int(self._segments.paragraph[self._found[at].scores.word])

    def _pronoun(self, at: int) -> str:
        return self._words[int(self._found[at].source[0])]

    def _last_mention(self, at: int, r: Referent) -> int:
        """The last mention before the anchor, outside the content; -1 for none."""
        c = self._found[at]
        return max((a for a, _ in r.mentions if a < c.scores.word and a not in self._contents[at]), default=-1)

    def _near(self, at: int, r: Referent, last: int, nearest: int) -> Features:
        c = self._found[at]
        f = {
            "in the content": float(any(a in self._contents[at] for a, _ in r.mentions)),
            "addressee": float(any(a in self._addressees[at] for a, _ in r.mentions)),
            "mentions": log1p(len(r.mentions)),
            "talked about": sum(a in self._said for a, _ in r.mentions) / max(len(r.mentions), 1),
        }
        if last < 0:
            return f | {"no mention before": 1.0}
        sentences = int(self._segments.sentence[c.scores.word] - self._segments.sentence[last])
        return f | {
            "sentences": -log1p(sentences),
            "words": -log1p(c.scores.word - last),
            "same sentence": float(sentences == 0),
            "sentence before": float(sentences == 1),
            "same paragraph": float(self._segments.paragraph[last] == self._paragraph(at)),
            "nearest person": float(r.type == "PER" and last == nearest),
        }

    def _quoted(self, at: int, entities: Sequence[str | None]) -> dict[str, list[int]]:
        """The numbers of the other attributions with words for their source, by entity."""
        by_entity: dict[str, list[int]] = {}
        for i, (c, entity) in enumerate(zip(self._found, entities, strict=True)):
            if i != at and entity and len(c.source):
                by_entity.setdefault(entity, []).append(i)
        return by_entity

    def _share(self, at: int, own: Sequence[int], all_quoted: int) -> Features:
        """How much of the article somebody says, and whether a quote repeats their words, as headlines do."""
        f = {"quoted": log1p(len(own)), "share of quotes": len(own) / max(all_quoted, 1)}
        words = [w for w in self._wordings[at] if len(w) >= WORDY]
        if words and own and not len(self._found[at].source):
            repeated = max(sum(w in self._wordings[i] for w in words) / len(words) for i in own)
            f["repeats"] = repeated
            f["headline repeats"] = repeated * (self._paragraph(at) == 0)
        return f

    def _agreement(self, at: int, r: Referent) -> Features:
        pronoun, classes = self._pronoun(at), word_classes()
        person = r.type == "PER"
        f: Features = {}
        if pronoun in classes["he"] or pronoun in classes["she"]:
            sex = gender(r.name.split()[0]) if person else None
            if sex:
                f["agrees" if pronoun in classes[sex] else "disagrees"] = 1.0
            f["person is no person"] = float(r.type is not None and not person)
        for number in ("they", "it", "i"):
            if pronoun in classes[number]:
                f[f"{number} person"] = float(person)
                f[f"{number} body"] = float(r.type is not None and not person)
        if pronoun in classes["who"]:
            f["stands right before"] = float(any(0 <= int(self._found[at].source[0]) - b <= 1 for _, b in r.mentions))
        return f

    def _likeness(self, at: int, r: Referent, source: _Own) -> Features:
        """How the source's own words fit the candidate."""
        own, noun, kind = source
        if r.known == "own":
            words = own.casefold().split()
            return {
                f"own {kind}": 1.0,
                "own words": log1p(len(words)),
                "own word": float(len(words) == 1),
                "own indefinite": float(words[0] in word_classes()["indefinite"]),
                "own definite": float(noun.endswith(("n", "t", "a", "ne")) or words[0] == "the"),
                "own capital": float(any(w[0].isupper() for w in own.split()[1:])),
            }
        theirs = [part for w in r.name.casefold().split() for part in w.split("-")]
        f = {
            "noun in name": float(any(same_noun(noun, w) for w in theirs)),
            "noun ends name": float(any(ends_compound(noun, w) for w in theirs)),
            "words shared": float(own.casefold() in r.name.casefold()),
        }
        if r.known != "named":
            return f | {"same head": float(same_noun(noun, head_noun(r.name))), "longer": float(len(r.name) > len(own))}
        person = "person" if r.type == "PER" else "body"
        beside, before, after = self._beside(at, r)
        return f | {
            f"{person} called {kind}": 1.0,
            "medium called so": float(kind in ("outlet", "agency") and r.name in self._cast.media),
            "title": float(any(same_noun(noun, w) for w in beside)),
            "noun before": float(any(same_noun(noun, w) for w in before)),
            "noun after": float(any(same_noun(noun, w) for w in after)),
        }

    def _beside(self, at: int, r: Referent) -> tuple[set[str], set[str], set[str]]:
        """The words right before mentions, those a little before, and those a little after, within the sentence and
        outside the source itself."""
        sentence, source = self._segments.sentence, set(self._found[at].source.tolist())
        near: tuple[set[str], set[str], set[str]] = set(), set(), set()
        for first, end in r.mentions:
            for w in range(max(first - BEFORE, 0), min(end + AFTER, len(self._words))):
                if sentence[w] == sentence[first] and not first <= w < end and w not in source:
                    near[2 if w >= end else int(w < first - 1)].add(self._words[w].rpartition("-")[2])
        return near

    def _asked(self, at: int) -> Features:
        c = self._found[at]
        end = self._segments.words[int(c.content[-1]), 1]
        marks = self._cast.scored.encoded.text[end - 1 : end + 1]
        return {"asks": float(c.act == "ask"), "question mark": float("?" in marks)}


def gender(first_name: str) -> str | None:
    """The word class of the pronoun that goes with a first name, "he" or "she"; None where that is not known."""
    names = (first_name, first_name.partition("-")[0])
    return next((sex for sex, known in _first_names().items() for name in names if name in known), None)


@cache
def _first_names() -> dict[str, frozenset[str]]:
    data = tomllib.loads(Path(__file__).with_name("first_names.toml").read_text(encoding="utf-8"))
    return {"he": frozenset(data["male"].split()), "she": frozenset(data["female"].split())}

"""Scored articles made by hand, to stand where the model stands."""

import re
from collections.abc import Sequence
from typing import get_args

import numpy as np
from msgspec import Struct

from kildespor.attribution.scorer import ROLES, AnchorScores, Phrase, Scored
from kildespor.language.encoding import Encoded
from kildespor.language.segment import segment
from kildespor.model import Act, Kind, SourceKind

TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-GPE_LOC", "I-GPE_LOC", "B-GPE_ORG", "I-GPE_ORG")


class Said(Struct, frozen=True, kw_only=True):
    """What the model is to say of one anchor: for each role the words of the text, as they stand there."""

    anchor: str
    content: str
    cue: str = ""
    source: str = ""
    relay_source: str = ""
    relay_cue: str = ""
    addressee: str = ""
    hearsay: str = ""
    referent: str = ""
    score: float = 0.9
    kind: Kind = "indirect"
    act: Act = "say"
    source_kind: SourceKind = "named"


def scored(
    text: str, said: Sequence[Said], names: dict[str, str] | None = None, links: Sequence[tuple[str, str]] = ()
) -> Scored:
    """An article in which the model finds ``said``, tags ``names`` (text to NorNE type) and links each phrase of
    ``links`` to an earlier one. A name within a longer one is part of that."""
    segments = segment(text)
    n = len(segments.words)
    encoded = Encoded(text, segments, np.zeros(n, np.int64), np.arange(n))
    tags = np.zeros((n, len(TAGS)), np.float32)
    tags[:, 0] = 1
    for name, kind in sorted((names or {}).items(), key=lambda pair: -len(pair[0])):
        for m in re.finditer(rf"\b{re.escape(name)}\b", text):
            words = words_at(encoded, *m.span())
            if tags[words[0], 0] == 1:
                tags[words, 0] = 0
                tags[words[0], TAGS.index(f"B-{kind}")] = 1
                tags[words[1:], TAGS.index(f"I-{kind}")] = 1
    anchors = sorted((_anchor(encoded, s) for s in said), key=lambda a: a.word)
    return Scored(encoded, tuple(anchors), tags, _phrases(encoded, links))


def words_at(encoded: Encoded, start: int, end: int) -> list[int]:
    """The words between two characters."""
    return [i for i, (s, e) in enumerate(encoded.segments.words) if s < end and e > start]


def words_of(encoded: Encoded, phrase: str) -> list[int]:
    """The words of a phrase where it stands first, or for ``phrase#2`` the second time; ``…`` joins several phrases."""
    found: list[int] = []
    for part in phrase.split("…"):
        bare, _, time = part.strip().partition("#")
        at = -1
        for _ in range(int(time or 1)):
            at = encoded.text.index(bare, at + 1)
        found += words_at(encoded, at, at + len(bare))
    return found


def _anchor(encoded: Encoded, said: Said) -> AnchorScores:
    roles = np.zeros((len(encoded.first), len(ROLES)), np.float32)
    for i, role in enumerate(ROLES):
        if getattr(said, role):
            roles[words_of(encoded, getattr(said, role)), i] = 1
    return AnchorScores(
        word=words_of(encoded, said.anchor)[0],
        score=said.score,
        start=0,
        roles=roles,
        kind=_one(get_args(Kind), said.kind),
        act=_one(get_args(Act), said.act),
        source_kind=_one(get_args(SourceKind), said.source_kind),
    )


def _one(values: tuple[str, ...], value: str) -> np.ndarray:
    return np.array([v == value for v in values], np.float32)


def _phrases(encoded: Encoded, links: Sequence[tuple[str, str]]) -> tuple[Phrase, ...]:
    found: dict[int, Phrase] = {}
    for later, earlier in links:
        for phrase, to in ((earlier, None), (later, earlier)):
            words = words_of(encoded, phrase)
            antecedent = words_of(encoded, to)[-1] if to else None
            if words[-1] not in found or antecedent is not None:
                found[words[-1]] = Phrase(words[-1], words[0], words[-1] + 1, antecedent)
    return tuple(found[h] for h in sorted(found))

"""Readings made by hand: articles with what is attributed in them, and vectors by which like words are alike."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from kildespor.model import (
    Act,
    Article,
    Attribution,
    Language,
    Polarity,
    Relay,
    Report,
    Source,
    SourceType,
    Span,
    Spans,
    Why,
)
from kildespor.stories.pieces import WORD, silent
from kildespor.stories.sense import Reading, Sense
from kildespor.stories.sense import reading as read_by

NOTHING = np.zeros(128, np.float32)


def reading(
    number: int,
    text: str,
    *,
    outlet: str | None = None,
    published: str | None = None,
    said: tuple["Said", ...] = (),
    credit: tuple[str, ...] = (),
    language: Language = "nob",
) -> Reading:
    """An article and what is said in it."""
    attributions = tuple(said_.attribution(text, n) for n, said_ in enumerate(said, 1))
    types = {a.entity: said_.type for a, said_ in zip(attributions, said, strict=True) if a.entity}
    sources = tuple(
        Source(id=_key(name), name=name, type=type_, mentions=(_span(text, name.split()[-1]),))
        for name, type_ in types.items()
    )
    article = Article(
        id=f"article{number}",
        file=f"{number}.txt",
        text=text,
        title=text.partition("\n")[0],
        outlet=outlet,
        published=published,
        language=language,
        credit=credit,
    )
    report = Report(model="by hand", article=article, attributions=attributions, sources=sources)
    return read_by(report, by_hand)


def by_hand(texts: Sequence[str]) -> Sense:
    """What texts say, as the words in them that tell of what do; a negation denies, so that the words decide."""
    each = [sum((vector(w) for w in WORD.findall(t) if w.casefold() not in silent()), NOTHING) for t in texts]
    vectors = np.array(each, np.float32).reshape(-1, 128)
    length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return Sense(vectors / length, np.full((len(texts), 3), (0.5, 0.5, 0.0), np.float32))


class Said:
    """``content`` as it stands in the text, said by ``source`` (words of the text), through ``relays``."""

    def __init__(
        self,
        content: str,
        source: str | None = None,
        *,
        entity: str | None = None,
        cue: str | None = None,
        relays: tuple[str, ...] = (),
        polarity: Polarity = "asserts",
        hedge: str | None = None,
        unnamed: bool = False,
        addressee: str | None = None,
        act: Act = "say",
        type_: SourceType = "person",
    ) -> None:
        self._content, self._source, self._cue, self._relays = content, source, cue, relays
        self._entity = entity or source
        self._polarity, self._hedge, self._unnamed, self._addressee = polarity, hedge, unnamed, addressee
        self._act: Act = act
        self.type: SourceType = type_

    def attribution(self, text: str, number: int) -> Attribution:
        """The attribution, its spans found in the text."""
        return Attribution(
            id=f"a{number}",
            content=_spans(text, self._content),
            cue=_spans(text, self._cue),
            source=_spans(text, self._source),
            entity=self._entity,
            source_id=_key(self._entity) if self._entity else None,
            source_kind="unnamed" if self._unnamed else "named" if self._entity else "unstated",
            kind="direct" if self._content.startswith("–") else "indirect",
            act=self._act,
            polarity=self._polarity,
            hearsay=_spans(text, self._hedge),
            addressee=_spans(text, self._addressee),
            relays=tuple(Relay(source=_spans(text, r), cue=(), entity=r) for r in self._relays),
            confidence=0.9,
            why=Why(anchor="cue", by="hand", score=0.9),
        )


def vector(word: str) -> NDArray[np.float32]:
    """A vector of length 1 that words of the same first five letters share, and others hardly."""
    seed = int.from_bytes(blake2b(word.casefold()[:5].encode(), digest_size=4).digest(), "big")
    drawn = np.random.default_rng(seed).standard_normal(128)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def _spans(text: str, words: str | None) -> Spans:
    return (_span(text, words),) if words else ()


def _span(text: str, words: str) -> Span:
    start = text.find(words)
    assert start >= 0, f"{words!r} does not stand in the text"
    return start, start + len(words)


def _key(name: str) -> str:
    return "s" + name.casefold().replace(" ", "-")

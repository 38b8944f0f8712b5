"""Readings made by hand: articles with what is attributed in them, and word vectors by which like words are alike."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from kildespor.language.segment import segment
from kildespor.model import Article, Attribution, Language, Polarity, Relay, Report, Source, Span, Spans, Why
from kildespor.stories.meaning import Reading


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
    names = dict.fromkeys(a.entity for a in attributions if a.entity)
    sources = tuple(
        Source(id=_key(name), name=name, type="person", mentions=(_span(text, name.split()[-1]),)) for name in names
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
    words = segment(text).words
    return Reading(report, words, np.array([vector(text[s:e]) for s, e in words], np.float32).reshape(-1, 128))


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
    ) -> None:
        self._content, self._source, self._cue, self._relays = content, source, cue, relays
        self._entity = entity or source
        self._polarity, self._hedge, self._unnamed, self._addressee = polarity, hedge, unnamed, addressee

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
            act="say",
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

"""A text longer than articles are, read a chapter at a time, so that time and memory grow in step with its length.

Who a source is is found by weighing everybody in the text against everybody else's words, which grows with the square
of the length. Within a chapter that is a small part of the whole; a name keeps its number from one chapter to the
next, but a surname is filled out only from the chapter that it stands in.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct, structs

from kildespor.language.segment import segment
from kildespor.model import Attribution, Relay, Source, Span, Spans

CHAPTER = 24_000
"""Characters, some 4,000 words: of news articles hardly one in a thousand is longer."""

SPANS = ("content", "cue", "source", "hearsay", "addressee", "refers_to")


class Part(Struct, frozen=True):
    """What one chapter says: its attributions, its sources, and where its sentences stand."""

    attributions: tuple[Attribution, ...]
    sources: tuple[Source, ...]
    sentences: Spans


def chapters(text: str) -> Spans:
    """The chapters of ``text``: all of it when it is no longer than CHAPTER characters, else stretches of at most
    that, cut where a paragraph begins, failing that a sentence, failing that anywhere."""
    if len(text) <= CHAPTER:
        return ((0, len(text)),)
    found = segment(text)
    openings = [[start for start, _ in spans] for spans in (found.paragraphs, found.sentences)]
    cuts = [0]
    while len(text) - cuts[-1] > CHAPTER:
        cuts.append(_cut(cuts[-1], openings))
    return tuple(pairwise([*cuts, len(text)]))


def _cut(after: int, openings: Sequence[Sequence[int]]) -> int:
    """The last opening at most a chapter on, of paragraphs when one leaves at least half a chapter."""
    for starts in openings:
        last = starts[bisect_right(starts, after + CHAPTER) - 1]
        if last >= after + CHAPTER // 2:
            return last
    return after + CHAPTER


def bound(parts: Iterable[tuple[int, Part]]) -> Part:
    """Parts, each with the offset at which its chapter begins, as one: offsets are into the whole text, attributions
    and sources numbered through, and a source that several chapters name is one."""
    attributions: list[Attribution] = []
    sources: dict[str, Source] = {}
    sentences: list[Span] = []
    for offset, part in parts:
        ids = {}
        for s in part.sources:
            known = sources.get(s.name)
            sources[s.name] = _joined(known, s, offset) if known else _placed(s, f"s{len(sources) + 1}", offset)
            ids[s.id] = sources[s.name].id
        attributions += [
            _moved(a, f"a{n}", offset, ids) for n, a in enumerate(part.attributions, len(attributions) + 1)
        ]
        sentences += _shifted(part.sentences, offset)
    return Part(tuple(attributions), tuple(sources.values()), tuple(sentences))


def _shifted(spans: Spans, offset: int) -> Spans:
    return tuple((start + offset, end + offset) for start, end in spans)


def _placed(source: Source, key: str, offset: int) -> Source:
    return structs.replace(source, id=key, mentions=_shifted(source.mentions, offset))


def _joined(known: Source, again: Source, offset: int) -> Source:
    return structs.replace(
        known,
        mentions=known.mentions + _shifted(again.mentions, offset),
        described_as=tuple(dict.fromkeys(known.described_as + again.described_as)),
        flags=known.flags + tuple(f for f in again.flags if f not in known.flags),
        direct=known.direct + again.direct,
        indirect=known.indirect + again.indirect,
        through=tuple(dict.fromkeys(known.through + again.through)),
    )


def _moved(a: Attribution, key: str, offset: int, ids: dict[str, str]) -> Attribution:
    return structs.replace(
        a,
        id=key,
        source_id=ids[a.source_id] if a.source_id else None,
        relays=tuple(_relay(r, offset, ids) for r in a.relays),
        **{name: _shifted(getattr(a, name), offset) for name in SPANS},
    )


def _relay(r: Relay, offset: int, ids: dict[str, str]) -> Relay:
    return structs.replace(
        r,
        source=_shifted(r.source, offset),
        cue=_shifted(r.cue, offset),
        source_id=ids[r.source_id] if r.source_id else None,
    )

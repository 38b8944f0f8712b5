"""A scored article to its attributions: the roles decoded, the polarity read, the confidence set. Who the sources are
is found out in the next room."""

from msgspec import Struct

from kildespor.attribution.anaphora import refers_to
from kildespor.attribution.decode import Candidate, candidates, spans_of
from kildespor.attribution.hearsay import marks, marks_within
from kildespor.attribution.polarity import polarity
from kildespor.attribution.relays import Link, enclosers, links
from kildespor.attribution.scorer import Scored
from kildespor.model import Anchor, Attribution, Language, Spans, Why


class Found(Struct, frozen=True):
    """An attribution as far as its own words tell, and what the next room needs to name its people: the candidate it
    was, the relays it has words for, and the numbers of the attributions that it stands inside of, innermost first."""

    attribution: Attribution
    candidate: Candidate
    links: tuple[Link, ...]
    enclosers: tuple[int, ...]


def attribute(scored: Scored, language: Language) -> tuple[Found, ...]:
    """The attributions of an article, in the order of their anchors, without entities."""
    decoded = candidates(scored)
    contents = [spans_of(c.content, scored) for c in decoded]
    certain = marks(scored.encoded.text)
    marked = [marks_within(certain, content, contents) for content in contents]
    return tuple(
        Found(
            _attribution(i, decoded, contents[i], marked[i], scored, language),
            c,
            links(c, scored),
            enclosers(i, decoded),
        )
        for i, c in enumerate(decoded)
    )


def _attribution(
    index: int, decoded: tuple[Candidate, ...], content: Spans, marked: Spans, scored: Scored, language: Language
) -> Attribution:
    c = decoded[index]
    cue = spans_of(c.cue, scored)
    return Attribution(
        id=f"a{index + 1}",
        content=content,
        cue=cue,
        source=spans_of(c.source, scored),
        source_kind=c.source_kind,
        kind=c.kind,
        act=c.act,
        polarity=polarity([scored.encoded.text[s:e] for s, e in cue], language),
        hearsay=spans_of(c.hearsay, scored) or marked,
        addressee=spans_of(c.addressee, scored),
        refers_to=refers_to(index, decoded, scored),
        confidence=round(c.confidence, 4),
        why=Why(anchor=_anchor(c), by="model", score=round(c.scores.score, 4)),
    )


def _anchor(c: Candidate) -> Anchor:
    if len(c.cue):
        return "cue"
    if c.scores.word in c.hearsay:
        return "hearsay"
    return "label" if len(c.source) else "quote"

"""A report as W3C Web Annotations: every span of it, pointed at in the article.

Method: Web Annotation Data Model, W3C Recommendation of 23 February 2017. Positions count characters (code points),
as that asks for.
"""

from collections.abc import Iterator

from msgspec import Struct

from kildespor.export.chain import CORRECTION, judged_by_person
from kildespor.export.linked import Node, Parties, article_iri, known, model_iri, part_iri
from kildespor.model import Attribution, Report, Span, Spans

AROUND = 32
"""How many characters before and after are quoted, so that the place is found again when the article has changed."""


class _Mark(Struct, frozen=True):
    """A span with its key in the article, what part it plays, and what it is about: an attribution, which a person may
    have ``judged``, a party, a date."""

    key: tuple[str | int, ...]
    span: Span
    role: str
    attribution: str | None = None
    judged: bool = False
    party: str | None = None
    date: str | None = None


def web_annotation(report: Report) -> Node:
    """Return a report as one ``AnnotationCollection`` with a single page that holds all of it.

    There is one annotation a span, in the order of the report: attributions with their relays, statements, mentions
    of sources, dates. Its first body classifies the span by its role; further ones link to the attribution, identify
    the party, give the date in EDTF or tell that a person has judged the attribution. Its target is the article, the
    span found by quotation and by position.
    """
    collection = part_iri(report.article, "annotations")
    items = [_annotation(mark, report) for mark in _marks(report)]
    page = {"id": f"{collection}:1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    return known(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": collection,
            "type": "AnnotationCollection",
            "label": report.article.title,
            "generator": {"id": model_iri(report.model), "type": "Software", "name": report.model},
            "total": len(items),
            "first": page if items else None,
            "last": page["id"] if items else None,
        }
    )


def _marks(report: Report) -> Iterator[_Mark]:
    parties = Parties(report)

    def marks(
        key: tuple[str | int, ...], spans: Spans, role: str, about: Attribution, party: str | None
    ) -> Iterator[_Mark]:
        iri, judged = part_iri(report.article, "attribution", about.id), judged_by_person(about)
        for number, span in enumerate(spans, start=1):
            yield _Mark((*key, number), span, role, attribution=iri, judged=judged, party=party)

    for a in report.attributions:
        source = parties.of(a)
        for role in ("content", "cue", "source", "hearsay", "addressee", "refers_to"):
            party = source.iri if source and role == "source" else None
            yield from marks(("attribution", a.id, role), getattr(a, role), role, a, party)
        for place, relay in enumerate(a.relays, start=1):
            by = parties.of(relay)
            key = ("attribution", a.id, "relay", place)
            yield from marks((*key, "source"), relay.source, "relay source", a, by.iri if by else None)
            yield from marks((*key, "cue"), relay.cue, "relay cue", a, None)
    for statement in report.statements:
        yield _Mark(("statement", statement.id), statement.span, "statement")
    for entity in report.sources:
        for number, span in enumerate(entity.mentions, start=1):
            iri = parties.from_source(entity).iri
            yield _Mark(("source", entity.id, "mention", number), span, "mention", party=iri)
    for number, date in enumerate(report.dates, start=1):
        yield _Mark(("date", number), date.span, "date", date=date.edtf)


def _annotation(mark: _Mark, report: Report) -> Node:
    bodies: list[Node] = [{"type": "TextualBody", "purpose": "classifying", "value": mark.role}]
    if mark.attribution:
        bodies.append({"type": "SpecificResource", "purpose": "linking", "source": mark.attribution})
    if mark.party:
        bodies.append({"type": "SpecificResource", "purpose": "identifying", "source": mark.party})
    if mark.date:
        bodies.append({"type": "TextualBody", "purpose": "describing", "value": mark.date})
    if mark.judged:
        bodies.append({"type": "TextualBody", "purpose": "assessing", "value": CORRECTION})
    text, (start, end) = report.article.text, mark.span
    quote = {
        "type": "TextQuoteSelector",
        "prefix": text[max(0, start - AROUND) : start],
        "exact": text[start:end],
        "suffix": text[end : end + AROUND],
    }
    return {
        "id": part_iri(report.article, "annotation", *mark.key),
        "type": "Annotation",
        "motivation": "classifying",
        "body": bodies,
        "target": {
            "type": "SpecificResource",
            "source": article_iri(report.article),
            "selector": [quote, {"type": "TextPositionSelector", "start": start, "end": end}],
        },
    }

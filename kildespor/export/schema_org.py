"""A report as schema.org JSON-LD: the article, its quotations and the claims that it reports.

Method: the vocabulary of https://schema.org: ``NewsArticle``, ``Quotation`` (``spokenByCharacter``), ``Claim``
(``author``, ``appearance``), and ``isBasedOn`` for the chain of relays.
"""

from kildespor.export.chain import CORRECTION, judged_by_person, words_of
from kildespor.export.linked import (
    VOCABULARY,
    WORKS,
    Node,
    Parties,
    Party,
    article_iri,
    day_of,
    known,
    moment_of,
    part_iri,
    web_address,
)
from kildespor.language.codes import BCP47
from kildespor.model import Attribution, Report, SourceType

TYPES: dict[SourceType, str] = {
    "person": "Person",
    "organisation": "Organization",
    "outlet": "NewsMediaOrganization",
    "agency": "NewsMediaOrganization",
    "document": "CreativeWork",
    "image": "ImageObject",
    "post": "SocialMediaPosting",
}
"""What a type of source is in schema.org. A group or a place that speaks is none of its types and stays a text."""


def schema_org(report: Report) -> Node:
    """Return a report as one JSON-LD document: the ``NewsArticle`` first, then its attributions in order.

    A direct attribution is a ``Quotation``, an indirect one a ``Claim``, a mixed one both. The source is the
    ``author`` of a claim only where it asserts it: a claim that it denies or asks about has it under ``mentions``.
    Offsets have no place in schema.org; the identifiers are those of the Web Annotation form, which has them.
    """
    parties = Parties(report)
    return {
        "@context": "https://schema.org",
        "@graph": [_article(report, parties), *(_reported(a, report, parties) for a in report.attributions)],
    }


def _article(report: Report, parties: Parties) -> Node:
    article = report.article
    outlet = parties.outlet()
    return known(
        {
            "@id": article_iri(article),
            "@type": "NewsArticle",
            "url": article.url and web_address(article.url),
            "headline": article.title,
            "author": article.byline,
            "creditText": ", ".join(article.credit),
            "publisher": outlet and _thing(outlet),
            "datePublished": day_of(article.published) or moment_of(article.published),
            "inLanguage": article.language and BCP47[article.language],
            "articleBody": article.text,
        }
    )


def _reported(attribution: Attribution, report: Report, parties: Parties) -> Node:
    article = report.article
    asserted = attribution.polarity == "asserts" and attribution.act != "ask"
    quotation = attribution.kind != "indirect"
    claim = attribution.kind == "indirect" or (attribution.kind == "mixed" and asserted)
    source = parties.of(attribution)
    speaks = _thing(source) if source and source.type not in WORKS else None
    return known(
        {
            "@id": part_iri(article, "attribution", attribution.id),
            "@type": [name for name, holds in (("Quotation", quotation), ("Claim", claim)) if holds],
            "text": words_of(article.text, attribution.content),
            "additionalType": [VOCABULARY + word for word in _words_for(attribution)],
            "spokenByCharacter": speaks if quotation else None,
            "author": speaks if claim and asserted else None,
            "mentions": speaks if claim and not asserted else None,
            "isPartOf": {"@id": article_iri(article)} if quotation else None,
            "appearance": {"@id": article_iri(article)} if claim else None,
            "isBasedOn": _chain(attribution, parties),
            "inLanguage": article.language and BCP47[article.language],
        }
    )


def _words_for(attribution: Attribution) -> tuple[str, ...]:
    """What schema.org has no types for: act, polarity, and that a person has judged it."""
    return (attribution.act, attribution.polarity, *((CORRECTION,) if judged_by_person(attribution) else ()))


def _chain(attribution: Attribution, parties: Parties) -> Node | str | None:
    """What the attribution is based on: what the last relay published, that on the relay's before it, and so on, the
    first on the source where that is a document, picture or post."""
    source = parties.of(attribution)
    based_on = _thing(source) if source and source.type in WORKS else None
    for relay in attribution.relays:
        party = parties.of(relay)
        work = _thing(party) if party and party.type in WORKS else None
        creator = _thing(party) if party and not work else None
        before = [step for step in (based_on, work) if step]
        based_on = known({"@type": "CreativeWork", "creator": creator, "isBasedOn": before})
    return based_on


def _thing(party: Party) -> Node | str:
    """The party as schema.org knows it; text where it has no type for it, which schema.org lets stand for a thing."""
    if party.type not in TYPES:
        return party.name
    return known({"@id": party.iri, "@type": TYPES[party.type], "name": party.name, "sameAs": party.same_as})

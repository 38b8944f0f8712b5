"""A report as W3C PROV: who said it, who passed it on, what the article rests on, as JSON-LD in the terms of PROV-O.

Method: PROV-O, W3C Recommendation of 30 April 2013. The JSON-LD carries its own ``@context``, so that it can be read
without fetching anything. It is written here and not by the ``prov`` package, whose JSON-LD has the qualified forms
alone (``qualifiedDerivation``) and none of ``wasQuotedFrom``, ``hadPrimarySource`` and ``wasAttributedTo``.
"""

from kildespor.export.chain import words_of
from kildespor.export.linked import (
    VOCABULARY,
    WORKS,
    Node,
    Parties,
    Party,
    article_iri,
    known,
    model_iri,
    moment_of,
    part_iri,
)
from kildespor.language.codes import BCP47
from kildespor.model import Attribution, Report

_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"

CONTEXT: Node = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "Entity": "prov:Entity",
    "Collection": "prov:Collection",
    "Agent": "prov:Agent",
    "Person": "prov:Person",
    "Organization": "prov:Organization",
    "SoftwareAgent": "prov:SoftwareAgent",
    "label": "rdfs:label",
    "value": "prov:value",
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasQuotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "generatedAtTime": {"@id": "prov:generatedAtTime", "@type": "xsd:dateTime"},
    "hadMember": {"@id": "prov:hadMember", "@type": "@id"},
    "language": "dcterms:language",
    "issued": {"@id": "dcterms:issued", "@type": _EDTF},
    "date": {"@id": "dcterms:date", "@type": _EDTF},
    "sameAs": {"@id": "owl:sameAs", "@type": "@id"},
    "kind": VOCABULARY + "kind",
    "act": VOCABULARY + "act",
    "polarity": VOCABULARY + "polarity",
    "sourceKind": VOCABULARY + "sourceKind",
    "hearsay": VOCABULARY + "hearsay",
    "span": VOCABULARY + "span",
    "confidence": {"@id": VOCABULARY + "confidence", "@type": "xsd:double"},
    "decidedBy": VOCABULARY + "decidedBy",
}


def prov(report: Report) -> Node:
    """Return a report as one JSON-LD document.

    Every attribution is an entity, member of the article, with its words (``value``) and their places (``span``:
    ``char=402,475`` as in RFC 5147, characters of the article's text). It ``wasDerivedFrom`` what the last relay
    passed on, that from what the relay before it did, and the first from what the source said; each of them
    ``wasQuotedFrom`` the same, too, where the attribution is direct or mixed. Each is attributed to its hand; the
    passage ``hadPrimarySource`` what the source said, unless hearsay marks the source as second-hand. Where no source
    is stated the chain ends before. Superclasses and ``wasDerivedFrom`` are written out for readers that infer nothing.
    """
    parties = Parties(report)
    nodes = [_article(report, parties), _reading(report)]
    for attribution in report.attributions:
        nodes += _chain(attribution, report, parties)
    nodes += [_party(party) for party in _named(report, parties)]
    nodes.append({"id": model_iri(report.model), "type": ["Agent", "SoftwareAgent"], "label": report.model})
    return {"@context": CONTEXT, "@graph": [known(node) for node in nodes]}


def _article(report: Report, parties: Parties) -> Node:
    article = report.article
    return {
        "id": article_iri(article),
        "type": ["Entity", "Collection"],
        "label": article.title,
        "language": article.language and BCP47[article.language],
        "issued": article.published,
        "generatedAtTime": moment_of(article.published),
        "wasAttributedTo": [p.iri for p in (parties.outlet(), *parties.credited()) if p],
        "hadMember": [part_iri(article, "attribution", attribution.id) for attribution in report.attributions],
    }


def _named(report: Report, parties: Parties) -> list[Party]:
    """Everybody whom the report names, once."""
    found = [parties.outlet(), *parties.credited()]
    for attribution in report.attributions:
        found += [parties.of(attribution), *map(parties.of, attribution.relays)]
    return list({party.iri: party for party in found if party}.values())


def _reading(report: Report) -> Node:
    return {
        "id": part_iri(report.article, "report"),
        "type": "Entity",
        "wasDerivedFrom": article_iri(report.article),
        "wasAttributedTo": model_iri(report.model),
    }


def _chain(attribution: Attribution, report: Report, parties: Parties) -> list[Node]:
    """The entities from the passage back to what the source said, the passage first."""
    article = report.article
    name = ("attribution", attribution.id)
    quoted = attribution.kind != "indirect"
    nodes: list[Node] = []
    before: str | None = None
    primary: str | None = None
    if source := parties.of(attribution):
        said = part_iri(article, *name, "said")
        times = {"date": attribution.when, "generatedAtTime": moment_of(attribution.when)}
        nodes.append({"id": said, "type": "Entity", **times, **_by(source, before, quoted=quoted)})
        before = said
        primary = source.iri if source.type in WORKS else said
    for number, relay in enumerate(attribution.relays, start=1):
        passed_on = part_iri(article, *name, "relay", number)
        nodes.append({"id": passed_on, "type": "Entity", **_by(parties.of(relay), before, quoted=quoted)})
        before = passed_on
    passage = {
        "id": part_iri(article, *name),
        "type": "Entity",
        "value": words_of(article.text, attribution.content),
        "span": [f"char={start},{end}" for start, end in attribution.content],
        "kind": attribution.kind,
        "act": attribution.act,
        "polarity": attribution.polarity,
        "sourceKind": attribution.source_kind,
        "hearsay": words_of(article.text, attribution.hearsay),
        "confidence": attribution.confidence,
        "decidedBy": attribution.why.by,
        "hadPrimarySource": None if attribution.hearsay else primary,
        **_by(parties.outlet(), before, quoted=quoted),
    }
    return [passage, *reversed(nodes)]


def _by(party: Party | None, before: str | None, *, quoted: bool) -> Node:
    """Whose it is, and what it comes from. A document, picture or post is nobody's agent: it is come from."""
    work = party.iri if party and party.type in WORKS else None
    origins = [iri for iri in (before, work) if iri]
    return {
        "wasDerivedFrom": origins,
        "wasQuotedFrom": origins if quoted else None,
        "wasAttributedTo": party.iri if party and not work else None,
    }


def _party(party: Party) -> Node:
    match party.type:
        case "person":
            types = ["Agent", "Person"]
        case "organisation" | "outlet" | "agency":
            types = ["Agent", "Organization"]
        case "document" | "image" | "post":
            types = ["Entity"]
        case _:
            types = ["Agent"]
    return {"id": party.iri, "type": types, "label": party.name, "sameAs": party.same_as}

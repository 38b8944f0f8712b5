"""A story as W3C PROV: articles derived from articles, claims' reports quoted from their origins, as JSON-LD.

The terms are those of a report's PROV (:mod:`kildespor.export.prov`); docs/standards.md tells how they are used.
"""

from urllib.parse import quote

from kildespor.export.linked import Node, article_iri, known
from kildespor.export.prov import CONTEXT
from kildespor.stories.model import Claim, Link, Story


def story_prov(story: Story) -> Node:
    """One JSON-LD document: every article and every claim of several articles is an entity; an article was derived from
    (quoted from, where copied or cited) those that it has something from; a claim's report had as primary source the
    origins that count, and alternates are members of their claim."""
    iri = {a.id: article_iri(a) for a in story.articles}
    nodes = [
        known(
            {
                "id": iri[a.id],
                "type": "Entity",
                "label": a.title,
                "issued": a.published,
                "wasAttributedTo": _outlet(a.outlet) if a.outlet else None,
                "wasDerivedFrom": [_source(x, iri) for x in story.links if x.article == a.id],
                "wasQuotedFrom": [_source(x, iri) for x in story.links if x.article == a.id and x.how != "rewrite"],
            }
        )
        for a in story.articles
    ]
    outlets = dict.fromkeys(a.outlet for a in story.articles if a.outlet)
    nodes += [{"id": _outlet(o), "type": ["Agent", "Organization"], "label": o} for o in outlets]
    for claim in story.claims:
        nodes += _claim(claim, story, iri)
    return {"@context": CONTEXT, "@graph": nodes}


def _claim(claim: Claim, story: Story, iri: dict[str, str]) -> list[Node]:
    own = f"urn:kildespor:claim:{story.articles[0].id}:{claim.id}"
    origins = [f"urn:kildespor:origin:{story.articles[0].id}:{quote(o.name, safe='')}" for o in claim.origins]
    reports = [f"{own}:report:{n}" for n in range(len(claim.reports))]
    nodes: list[Node] = [{"id": own, "type": ["Entity", "Collection"], "label": claim.text, "hadMember": reports}]
    for name, origin in zip(origins, claim.origins, strict=True):
        nodes.append({"id": name, "type": ["Entity", "Agent"], "label": origin.name})
    for name, report in zip(reports, claim.reports, strict=True):
        primary = [
            o
            for o, origin in zip(origins, claim.origins, strict=True)
            if report.polarity == "asserts" and report.article in origin.articles and origin.counts
        ]
        nodes.append(
            known(
                {
                    "id": name,
                    "type": "Entity",
                    "value": report.text,
                    "polarity": report.polarity,
                    "span": f"char={report.span[0]},{report.span[1]}",
                    "wasDerivedFrom": [iri[report.article], *primary],
                    "hadPrimarySource": primary,
                }
            )
        )
    return nodes


def _source(link: Link, iri: dict[str, str]) -> str:
    return iri[link.source] if link.here else _outlet(link.source)


def _outlet(name: str) -> str:
    return f"urn:kildespor:outlet:{quote(name, safe='')}"

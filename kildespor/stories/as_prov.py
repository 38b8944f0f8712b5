"""A story as W3C PROV: articles derived from articles, claims' reports quoted from their origins, as JSON-LD.

The terms are those of a report's PROV (:mod:`kildespor.export.prov`); docs/standards.md tells how they are used.
"""

from urllib.parse import quote

from kildespor.export.linked import Node, article_iri, known
from kildespor.export.prov import CONTEXT
from kildespor.stories.model import Claim, Link, Origin, Story


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
    # What an outlet has told elsewhere is known by the outlet alone.
    outlets = [*(a.outlet for a in story.articles if a.outlet), *(x.source for x in story.links if not x.here)]
    nodes += [{"id": _outlet(o), "type": ["Agent", "Organization"], "label": o} for o in dict.fromkeys(outlets)]
    origins: dict[str, Node] = {}
    for claim in story.claims:
        named = _origins(claim, story)
        origins |= {name: {"id": name, "type": ["Entity", "Agent"], "label": o.name} for name, o in named.items()}
        nodes += _claim(claim, story, iri, named)
    return {"@context": CONTEXT, "@graph": [*nodes, *origins.values()]}


def _origins(claim: Claim, story: Story) -> dict[str, Origin]:
    """The origins of a claim by what they are called: one with a name the same in every claim, but unnamed ones of
    several claims may be several, and so are those of one claim that have the same name."""
    named: dict[str, Origin] = {}
    for origin in claim.origins:
        within = (claim.id,) if origin.kind == "unnamed source" else ()
        name = ":".join(("urn:kildespor:origin", story.articles[0].id, *within, quote(origin.name, safe="")))
        again = sum(o.name == origin.name for o in named.values())
        named[f"{name}:{again + 1}" if again else name] = origin
    return named


def _claim(claim: Claim, story: Story, iri: dict[str, str], origins: dict[str, Origin]) -> list[Node]:
    own = f"urn:kildespor:claim:{story.articles[0].id}:{claim.id}"
    reports = [f"{own}:report:{n}" for n in range(len(claim.reports))]
    nodes: list[Node] = [{"id": own, "type": ["Entity", "Collection"], "label": claim.text, "hadMember": reports}]
    for name, report in zip(reports, claim.reports, strict=True):
        primary = [
            from_
            for from_, origin in origins.items()
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

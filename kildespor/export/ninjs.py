"""A report as IPTC ninjs: the article as a news object, with those it rests on under ``infoSources``.

Method: ninjs 3.1, the JSON schema that IPTC publishes at https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json.
"""

from kildespor.export.linked import WORKS, Node, Parties, Party, article_iri, known, moment_of
from kildespor.language.codes import BCP47
from kildespor.model import Report

STANDARD = {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"}


def ninjs(report: Report) -> Node:
    """Return a report as one ninjs object of type ``text``.

    ``infoSources`` lists who the article has its information from, each once a role: ``source``, ``relay``,
    ``credit`` for the agencies of its credit line, ``publisher`` for its outlet. Since an info source is a person or
    an organisation, a document, picture or post stands under ``objects`` and a place under ``places``, the role as
    their ``rel``. ninjs wants a time with its zone, so ``contentCreated`` is there only when that is known.
    """
    article = report.article
    sources: list[Node] = []
    objects: list[Node] = []
    places: list[Node] = []
    for party, role in _parties(report):
        if party.type in WORKS:
            objects.append({"name": party.name, "rel": role, "uri": party.iri})
        elif party.type == "place":
            places.append({"name": party.name, "rel": role, "uri": party.iri})
        else:
            sources.append({"name": party.name, "role": role, "uri": party.iri})
    return known(
        {
            "uri": article_iri(article),
            "standard": STANDARD,
            "type": "text",
            "contentCreated": moment_of(article.published, zoned=True),
            "language": article.language and BCP47[article.language],
            "headlines": [{"role": "main", "value": article.title}] if article.title else [],
            "by": article.byline,
            "bodies": [{"role": "main", "contentType": "text/plain", "value": article.text}],
            "infoSources": sources,
            "objects": objects,
            "places": places,
            "altIds": [{"role": "kildespor", "value": article.id}],
        }
    )


def _parties(report: Report) -> list[tuple[Party, str]]:
    """Each party with its role, once, in the order in which the article has them."""
    parties = Parties(report)
    found: dict[tuple[str, str], tuple[Party, str]] = {}

    def add(party: Party | None, role: str) -> None:
        if party:
            found.setdefault((party.iri, role), (party, role))

    add(parties.outlet(), "publisher")
    for credited in parties.credited():
        add(credited, "credit")
    for attribution in report.attributions:
        add(parties.of(attribution), "source")
        for relay in attribution.relays:
            add(parties.of(relay), "relay")
    return list(found.values())

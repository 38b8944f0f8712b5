"""The sources of an article: each entity that it lets speak or has it through, with its mentions and counts."""

import re
from collections.abc import Sequence

from msgspec import structs

from kildespor.attribution.scorer import Scored
from kildespor.model import Attribution, Relay, Source, SourceType, Span, Spans
from kildespor.sources.names import Named, find_names, link

TYPES: dict[str, SourceType] = {
    "PER": "person",
    "ORG": "organisation",
    "GPE_ORG": "organisation",
    "GPE_LOC": "place",
    "LOC": "place",
    "PROD": "document",
}


def with_sources(
    attributions: Sequence[Attribution], scored: Scored, tags: Sequence[str]
) -> tuple[tuple[Attribution, ...], tuple[Source, ...]]:
    """The attributions with the ``source_id`` of each source and relay filled in, and those sources in the order in
    which the article brings them up."""
    named = {n.name: n for n in link(find_names(scored, tags), scored.encoded.text)}
    ids: dict[str, str] = {}
    spans: dict[str, set[Span]] = {}
    for a in attributions:
        for entity, own in ((a.entity, a.source), *((r.entity, r.source) for r in a.relays)):
            if entity is not None:
                ids.setdefault(entity, f"s{len(ids) + 1}")
                spans.setdefault(entity, set()).update(own)
    sources = tuple(_source(entity, key, spans[entity], attributions, named, scored) for entity, key in ids.items())
    return tuple(_identified(a, ids) for a in attributions), sources


def _identified(a: Attribution, ids: dict[str, str]) -> Attribution:
    relays: tuple[Relay, ...] = tuple(
        structs.replace(r, source_id=ids[r.entity]) if r.entity is not None else r for r in a.relays
    )
    return structs.replace(a, source_id=ids[a.entity] if a.entity is not None else None, relays=relays)


def _source(
    entity: str,
    key: str,
    spans: set[Span],
    attributions: Sequence[Attribution],
    named: dict[str, Named],
    scored: Scored,
) -> Source:
    who = named.get(entity)
    own = [a for a in attributions if a.entity == entity]
    return Source(
        id=key,
        name=entity,
        type=_type(entity, who),
        mentions=_mentions(spans, who, scored),
        direct=sum(a.kind == "direct" for a in own),
        indirect=sum(a.kind != "direct" for a in own),
    )


def _mentions(spans: set[Span], who: Named | None, scored: Scored) -> Spans:
    words = scored.encoded.segments.words
    by_name = {(int(words[m.start, 0]), int(words[m.end - 1, 1])) for m in who.mentions} if who else set()
    longer = {s for s in spans if s not in by_name}
    inside = {n for n in by_name if any(s <= n[0] and n[1] <= e for s, e in longer)}
    return tuple(sorted(longer | (by_name - inside)))


def _type(entity: str, who: Named | None) -> SourceType:
    if who is not None:
        return TYPES.get(who.type, "organisation")
    return "group" if re.search(r"(?:ere|ar|er|or|na|ne|s)$", entity.split()[0].casefold()) else "person"

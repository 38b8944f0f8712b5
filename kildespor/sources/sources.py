"""The sources of an article: each entity that it lets speak or has it through, with its mentions, kind and flags."""

from collections.abc import Sequence

from msgspec import structs

from kildespor.attribution.scorer import Phrase, Scored
from kildespor.model import Article, Attribution, Language, Relay, Source, SourceType, Span, Spans
from kildespor.sources.described import described
from kildespor.sources.flags import flags
from kildespor.sources.kinds import kind_of_phrase
from kildespor.sources.names import Named
from kildespor.sources.people import People
from kildespor.sources.recount import through
from kildespor.sources.register import Entry, Register

TYPES: dict[str, SourceType] = {
    "PER": "person",
    "PAIR": "group",
    "ORG": "organisation",
    "GPE_ORG": "organisation",
    "GPE_LOC": "place",
    "LOC": "place",
    "PROD": "document",
}


def with_sources(
    attributions: Sequence[Attribution], who: People, article: Article, language: Language, register: Register
) -> tuple[tuple[Attribution, ...], tuple[Source, ...]]:
    """The attributions with the ``source_id`` of each source and relay filled in, and those sources in the order in
    which the article brings them up."""
    ids: dict[str, str] = {}
    spans: dict[str, set[Span]] = {}
    for a in attributions:
        for entity, own in ((a.entity, a.source), *((r.entity, r.source) for r in a.relays)):
            if entity is not None:
                ids.setdefault(entity, f"s{len(ids) + 1}")
                spans.setdefault(entity, set()).update(own)
    home = register.find(article.outlet) if article.outlet else None
    sources = tuple(
        _source(
            entity,
            key,
            spans[entity],
            [a for a in attributions if a.entity == entity],
            who,
            register.find(entity, country=home.country if home else None, language=language),
        )
        for entity, key in ids.items()
    )
    return tuple(_identified(a, ids) for a in attributions), sources


def _identified(a: Attribution, ids: dict[str, str]) -> Attribution:
    relays: tuple[Relay, ...] = tuple(
        structs.replace(r, source_id=ids[r.entity]) if r.entity is not None else r for r in a.relays
    )
    return structs.replace(a, source_id=ids[a.entity] if a.entity is not None else None, relays=relays)


def _source(
    entity: str, key: str, spans: set[Span], own: Sequence[Attribution], who: People, entry: Entry | None
) -> Source:
    named = next((n for n in (*who.named, *who.pairs) if n.name == entity), None)
    text = who.scored.encoded.text
    names = _names(named, who.scored)
    referring = _referring(named, spans, who)
    descriptions = described(text, names, sorted(spans | referring)) if named else ()
    type_ = _type(entity, named, entry)
    return Source(
        id=key,
        name=entity,
        type=type_,
        mentions=_longest(spans | referring | set(names)),
        described_as=descriptions,
        register=entry.key if entry else None,
        wikidata=entry.wikidata if entry else None,
        flags=flags(entity, type_, descriptions, entry, own, text),
        direct=sum(a.kind == "direct" for a in own),
        indirect=sum(a.kind != "direct" for a in own),
        through=through(own),
    )


def _names(named: Named | None, scored: Scored) -> Spans:
    words = scored.encoded.segments.words
    return tuple((int(words[m.start, 0]), int(words[m.end - 1, 1])) for m in named.mentions) if named else ()


def _referring(named: Named | None, spans: set[Span], who: People) -> set[Span]:
    """The phrases of the sets that one of the entity's names, or failing a name one of its source phrases, heads."""
    if named:
        heads = [w for m in named.mentions for w in range(m.start, m.end)]
    else:
        heads = [p.head for s in who.sets for p in s if _span(p, who.scored) in spans]
    found = {who.set_of[head] for head in heads if head in who.set_of}
    return {_span(p, who.scored) for number in found for p in who.sets[number]}


def _span(phrase: Phrase, scored: Scored) -> Span:
    words = scored.encoded.segments.words
    return int(words[phrase.start, 0]), int(words[phrase.end - 1, 1])


def _longest(spans: set[Span]) -> Spans:
    """The spans that stand in no other, in order."""
    ordered = sorted(spans, key=lambda s: (s[0], -s[1]))
    kept: list[Span] = []
    for span in ordered:
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return tuple(kept)


def _type(entity: str, named: Named | None, entry: Entry | None) -> SourceType:
    if entry is not None:
        return entry.source_type
    if named is not None and named.type in TYPES:
        return TYPES[named.type]
    return kind_of_phrase(entity)

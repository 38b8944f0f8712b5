"""A scored article to its attributions: the roles decoded, the people resolved, the chain drawn, the confidence set."""

from collections.abc import Sequence

from kildespor.attribution.confidence import confidence
from kildespor.attribution.decode import Candidate, candidates, spans_of
from kildespor.attribution.polarity import polarity
from kildespor.attribution.relays import Link, enclosers, links
from kildespor.attribution.scorer import Scored
from kildespor.model import Anchor, Attribution, Language, Relay, Why
from kildespor.sources.entity import Resolver
from kildespor.sources.names import find_names, link


def attribute(scored: Scored, tags: Sequence[str], language: Language) -> tuple[Attribution, ...]:
    """The attributions of an article, in the order of their anchors. ``tags`` are the name tags of the scorer."""
    found = candidates(scored)
    resolver = Resolver(scored, link(find_names(scored, tags), scored.encoded.text), language)
    entities = _entities(found, resolver)
    return tuple(
        _attribution(i, found, scored, language, entities, resolver) for i in range(len(found))
    )


def _entities(found: Sequence[Candidate], resolver: Resolver) -> list[str | None]:
    entities: list[str | None] = []
    before: str | None = None
    for candidate in found:
        entity = resolver.entity(candidate, before)
        entities.append(entity)
        if entity and not candidate.act == "ask":
            before = entity
    return entities


def _attribution(
    index: int,
    found: Sequence[Candidate],
    scored: Scored,
    language: Language,
    entities: Sequence[str | None],
    resolver: Resolver,
) -> Attribution:
    c = found[index]
    cue = spans_of(c.cue, scored)
    anchor = _anchor(c)
    return Attribution(
        id=f"a{index + 1}",
        content=spans_of(c.content, scored),
        cue=cue,
        source=spans_of(c.source, scored),
        entity=entities[index],
        source_kind=c.source_kind,
        kind=c.kind,
        act=c.act,
        polarity=polarity([scored.encoded.text[s:e] for s, e in cue], c.act, language),
        hearsay=spans_of(c.hearsay, scored),
        addressee=spans_of(c.addressee, scored),
        relays=_chain(index, found, scored, entities, resolver),
        confidence=confidence(c.scores.score, anchor, c.kind, c.source_kind),
        why=Why(anchor=anchor, by="model", score=round(c.scores.score, 4)),
    )


def _anchor(c: Candidate) -> Anchor:
    if len(c.cue):
        return "cue"
    if c.scores.word in c.hearsay:
        return "hearsay"
    return "label" if len(c.source) else "quote"


def _chain(
    index: int, found: Sequence[Candidate], scored: Scored, entities: Sequence[str | None], resolver: Resolver
) -> tuple[Relay, ...]:
    """Whoever encloses the report comes first, then the relays in words of their own; each entity once, and never the
    source itself."""
    own = links(found[index], scored)
    relays: list[Relay] = []
    for i in enclosers(index, found):
        spoken = next((x for x in own if resolver.relay(x.source) == entities[i]), None)
        relays.append(_relay(spoken, entities[i], scored))
    relays += [_relay(x, resolver.relay(x.source), scored) for x in own]
    seen = {entities[index]}
    chain = []
    for relay in relays:
        if relay.entity is not None and relay.entity not in seen:
            seen.add(relay.entity)
            chain.append(relay)
    return tuple(chain)


def _relay(spoken: Link | None, entity: str | None, scored: Scored) -> Relay:
    if spoken is None:
        return Relay(source=(), cue=(), entity=entity)
    return Relay(source=spans_of(spoken.source, scored), cue=spans_of(spoken.cue, scored), entity=entity)

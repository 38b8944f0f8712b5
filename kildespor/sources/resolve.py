"""Attributions with their people: who each source is, and who stands in the chain."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from kildespor.attribution.attribute import Found
from kildespor.attribution.decode import spans_of
from kildespor.attribution.relays import Link
from kildespor.attribution.scorer import Scored
from kildespor.model import Attribution, Language, Relay
from kildespor.sources.entity import Resolver
from kildespor.sources.names import ACTORS
from kildespor.sources.people import People
from kildespor.sources.register import Register


def resolve(found: Sequence[Found], who: People, language: Language, register: Register) -> tuple[Attribution, ...]:
    """The attributions with ``entity`` and ``relays``. Whoever has a name in the article is a named source."""
    resolver = Resolver(found, who, language, register)
    entities = resolver.entities()
    names = {n.name for n in (*who.named, *who.pairs) if n.type in (*ACTORS, "PAIR")}
    return tuple(
        structs.replace(
            f.attribution,
            entity=entities[i],
            source_kind="named" if entities[i] in names else f.attribution.source_kind,
            relays=_chain(i, found, entities, resolver, who.scored),
        )
        for i, f in enumerate(found)
    )


def _chain(
    at: int,
    found: Sequence[Found],
    entities: Sequence[str | None],
    resolver: Resolver,
    scored: Scored,
) -> tuple[Relay, ...]:
    """Whoever encloses the report comes first, then the relays in words of their own; each entity once, and never the
    source itself. Words that are the source of an enclosing report are its speaker's."""
    own = list(found[at].links)
    relays = []
    for i in found[at].enclosers:
        theirs = found[i].candidate.source
        spoken = next((link for link in own if len(np.intersect1d(link.source, theirs))), None)
        relays.append(_relay(spoken, entities[i], scored))
        own = [link for link in own if link is not spoken]
    relays += [_relay(link, resolver.relay(at, link, entities), scored) for link in own]
    chain: list[Relay] = []
    for relay in relays:
        if relay.entity not in (None, entities[at]) and not any(_one(relay, other) for other in chain):
            chain.append(relay)
    return tuple(chain)


def _one(relay: Relay, other: Relay) -> bool:
    """Whether one relay's name is part of the other's: "kollegaen" and "kollegaen på nabobåten"."""
    names = sorted((relay.entity or "", other.entity or ""), key=len)
    return names[0].casefold() in names[1].casefold()


def _relay(spoken: Link | None, entity: str | None, scored: Scored) -> Relay:
    if spoken is None:
        return Relay(source=(), cue=(), entity=entity)
    return Relay(source=spans_of(spoken.source, scored), cue=spans_of(spoken.cue, scored), entity=entity)

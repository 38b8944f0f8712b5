"""A place and the body that governs it, where an article calls both by the name of the place: "Oslo"."""

from collections.abc import Iterator, Sequence

from kildespor.attribution.scorer import Scored
from kildespor.sources.names import Name, Named, merged, name_of, small_words
from kildespor.sources.phrases import word_classes

BODY, PLACE = "GPE_ORG", ("GPE_LOC", "LOC")


def parted(named: Sequence[Named], scored: Scored) -> tuple[Named, ...]:
    """The entities, of which a name that is a place here and a body there is two.

    Only where the article names that body in full ("Oslo kommune", "byrådet i Oslo"): the mentions tagged as a body
    then are that body's. Without such a phrase nothing tells which body it would be, and the name stays one entity.
    """
    words = small_words(scored)
    entities = list(named)
    for place in named:
        own = [m for m in place.mentions if m.type == BODY]
        if not own or not any(m.type in PLACE for m in place.mentions):
            continue
        known = [n for n in named if n is not place and _is_body_of(n.name, place.name)]
        phrases = [m for mention in place.mentions for m in _phrases(mention, words, scored)]
        if not known and not phrases:
            continue
        within = [m for m in place.mentions if any(p.start == m.start and m.end < p.end for p in phrases)]
        rest = tuple(m for m in place.mentions if m not in own and m not in within)
        mentions = (*phrases, *(m for m in own if m not in within))
        entities = [n for n in entities if n is not place and n not in known]
        entities.append(merged([*known, Named(place.name, BODY, mentions)]))
        entities += [Named(place.name, place.type if place.type != BODY else rest[0].type, rest)] if rest else []
    return tuple(sorted(entities, key=lambda n: n.mentions[0].start))


def _is_body_of(name: str, place: str) -> bool:
    first, _, after = name.rpartition(" ")
    return after.casefold() in word_classes()["governed"] and first.removesuffix("s") == place.removesuffix("s")


def _phrases(m: Name, words: Sequence[str], scored: Scored) -> Iterator[Name]:
    """The phrase for the body of a place around one of its mentions."""
    if m.end < len(words) and words[m.end] in word_classes()["governed"]:
        yield name_of(scored, m.start, m.end + 1, BODY)
    elif m.start > 1 and words[m.start - 1] in ("i", "in") and words[m.start - 2] in word_classes()["governing"]:
        yield name_of(scored, m.start - 2, m.end, BODY)

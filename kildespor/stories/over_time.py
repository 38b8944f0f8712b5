"""What happens to a claim on its way: denials, hedges lost, numbers changed."""

from collections.abc import Iterator, Sequence

from kildespor.stories.claims import shipped_scale
from kildespor.stories.model import Change, ClaimReport
from kildespor.stories.telling import Telling

ALIKE_BUT_FOR_NUMBER = 1.0
"""Log-odds, the weight of differing numbers taken back, from which on one number stands in another's place."""


def changes(members: Sequence[int], reports: Sequence[ClaimReport], t: Telling) -> tuple[Change, ...]:
    """The changes of a claim in the order of time: the first denial by each who denies, each article that states
    plainly what the first to tell it had as hearsay, and each that has another number in the place of its number."""
    found = [*_denials(reports), *_hedges_lost(reports), *_numbers(members, t)]
    place = {a.id: k for k, a in enumerate(t.articles)}
    return tuple(sorted(found, key=lambda c: place[c.article]))


def _denials(reports: Sequence[ClaimReport]) -> Iterator[Change]:
    first = next((r.article for r in reports if r.polarity == "asserts"), None)
    seen: set[str] = set()
    for r in reports:
        if r.polarity == "denies" and r.chain[0] not in seen:
            seen.add(r.chain[0])
            yield Change(what="denied", article=r.article, earlier=first, detail=r.text)


def _hedges_lost(reports: Sequence[ClaimReport]) -> Iterator[Change]:
    asserting = [r for r in reports if r.polarity == "asserts"]
    first = next(iter(asserting), None)
    if first is None or not first.hedged:
        return
    hedging = {r.article for r in asserting if r.hedged}
    seen: set[str] = set()
    for r in asserting:
        if r.attribution is None and r.article not in hedging | seen:
            seen.add(r.article)
            yield Change(what="hedge lost", article=r.article, earlier=first.article, detail=r.text)


def _numbers(members: Sequence[int], t: Telling) -> Iterator[Change]:
    penalty = shipped_scale().weights["other_number"]
    seen: set[tuple[int, float]] = set()
    for i in members:
        for j in range(len(t.mentions)):
            mine, theirs = t.quantities[i], t.quantities[j]
            later = t.owner[j] > t.owner[i]
            if not (later and len(mine) == len(theirs) == 1 and mine != theirs):
                continue
            new = next(iter(theirs))
            if t.odds[i, j] - penalty >= ALIKE_BUT_FOR_NUMBER and (int(t.owner[j]), new) not in seen:
                seen.add((int(t.owner[j]), new))
                yield Change(
                    what="number",
                    article=t.articles[t.owner[j]].id,
                    earlier=t.articles[t.owner[i]].id,
                    detail=f"{next(iter(mine)):g} → {new:g}",
                )

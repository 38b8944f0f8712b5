"""What happens to a claim on its way: denials, hedges lost, numbers changed."""

from collections.abc import Sequence

from kildespor.stories.model import Change, ClaimReport
from kildespor.stories.telling import Telling


def changes(reports: Sequence[ClaimReport], t: Telling) -> tuple[Change, ...]:
    """The changes of a claim in the order of its reports: the first denial by each who denies, and each article that
    states plainly what the first to tell it had as hearsay."""
    found: list[Change] = []
    first = next((r for r in reports if r.polarity == "asserts"), None)
    deniers: set[str] = set()
    plain: set[str] = set()
    hedging = {r.article for r in reports if r.hedged}
    for r in reports:
        if r.polarity == "denies" and (r.source or r.article) not in deniers:
            deniers.add(r.source or r.article)
            found.append(Change(what="denied", article=r.article, earlier=first.article if first else None, detail=r.text))
        elif first and first.hedged and not r.hedged and r.attribution is None and r.article not in hedging | plain:
            plain.add(r.article)
            found.append(Change(what="hedge lost", article=r.article, earlier=first.article, detail=r.text))
    return tuple(found)

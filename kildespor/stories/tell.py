"""Readings of articles about one event into a story: the claims, who has them from whom, and how each stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kildespor.model import Polarity
from kildespor.stories.links import links
from kildespor.stories.model import Claim, ClaimReport, Link, Story
from kildespor.stories.origins import trace
from kildespor.stories.over_time import changes
from kildespor.stories.polarity import polarities
from kildespor.stories.telling import Telling, telling
from kildespor.stories.times import unknown

if TYPE_CHECKING:
    from kildespor.stories.sense import Reading


def tell(readings: "Iterable[Reading]") -> Story:
    """The story of articles about one event, given in any order.

    The same article given twice counts once. Time grows with the square of the number of mentions, some fifteen an
    article.
    """
    t = telling(list({r.report.article.id: r for r in readings}.values()))
    found = links(t)
    members: dict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(t.group.tolist()):
        members[group].append(i)
    claims = [_claim(ms, found, t) for ms in members.values()]
    claims.sort(key=lambda c: (-len({r.article for r in c.reports}), -len(c.reports)))
    return Story(
        title=_title(t),
        articles=t.articles,
        links=found,
        claims=tuple(replace(c, id=f"c{n}") for n, c in enumerate(claims, 1)),
    )


def _title(t: Telling) -> str:
    return next((a.title for a in t.articles if a.title), t.articles[0].text.split("\n")[0] if t.articles else "")


def _claim(members: Sequence[int], found: Sequence[Link], t: Telling) -> Claim:
    polarity = polarities(members, t)
    asserting = [i for i in members if polarity[i] == "asserts"]
    traced = trace(asserting, found, t)
    reports = tuple(_report(i, polarity[i], t) for i in members)
    return Claim(
        id="",
        text=t.text(_fullest(asserting or members, t)),
        reports=reports,
        origins=traced.origins,
        independent=traced.independent,
        loops=traced.loops,
        changes=changes(asserting, reports, t),
        unknown=unknown([t.articles[k] for k in sorted({int(t.owner[i]) for i in members})]),
    )


def _fullest(members: Sequence[int], t: Telling) -> int:
    """The mention that is most like all others, one that opens a sentence before others."""
    return max(members, key=lambda i: (not t.text(i)[:1].islower(), sum(float(t.odds[i, j]) for j in members), -i))


def _report(i: int, polarity: Polarity, t: Telling) -> ClaimReport:
    number, m = t.mentions[i]
    article, a = t.articles[number], m.attribution
    relays = tuple(r.entity for r in a.relays if r.entity) if a else ()
    source = a.entity if a else None
    outlet = article.outlet or article.file or article.id
    credits = tuple(c for c in article.credit if c != outlet)
    hands = tuple(dict.fromkeys(n for n in (source, *relays, *credits) if n))
    return ClaimReport(
        article=article.id,
        span=m.span,
        text=t.text(i),
        polarity=polarity,
        attribution=a.id if a else None,
        source=source,
        chain=hands if hands[-1:] == (outlet,) else (*hands, outlet),
        hedged=bool(a and a.hearsay),
    )

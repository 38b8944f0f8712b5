"""Where a claim comes from: each report traced back, through what its article has from others, to who knows it; and
which of those who know do not depend on one another.

The reports of a claim and what they rest on are a directed graph (as provenance is in W3C PROV); its ends are the
origins. Ends that are one body are united; ends that only repeat do not count.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kildespor.model import Attribution, Flag, Source
from kildespor.sources.kinds import kind_of_phrase
from kildespor.stories.bodies import Body, one_body
from kildespor.stories.model import Link, Origin, OriginKind
from kildespor.stories.observing import observer
from kildespor.stories.outlets import entry, same_outlet
from kildespor.stories.telling import Telling


class End(Struct, eq=False):
    """An end of the graph while it grows: an origin, who is behind it, and the articles that have the claim from it."""

    kind: OriginKind
    counts: bool
    bodies: list[Body]
    articles: dict[int, None]
    why: dict[str, None]
    flags: dict[str, Flag]


class Traced(Struct, frozen=True):
    """The origins of a claim, those that count first, and the rings of outlets that cite each other."""

    origins: tuple[Origin, ...]
    independent: int
    loops: tuple[tuple[str, ...], ...]


def trace(members: Sequence[int], links: Sequence[Link], t: Telling) -> Traced:
    """Trace the asserting mentions of one claim, in order of time, back to its origins."""
    tracer = _Tracer(members, links, t)
    for number in dict.fromkeys(int(t.owner[i]) for i in members):
        tracer.article(number, ())
    ends = sorted(tracer.ends, key=lambda e: (not e.counts, min(e.articles, default=0)))
    counting = sum(e.counts for e in ends)
    return Traced(
        tuple(_origin(e, t) for e in ends), counting or min(1, len(ends)), tuple(dict.fromkeys(tracer.loops))
    )


class _Tracer:
    """Traces article by article; what an article has from an earlier one is traced there."""

    def __init__(self, members: Sequence[int], links: Sequence[Link], t: Telling) -> None:
        self.t = t
        self.ends: list[End] = []
        self.loops: list[tuple[str, ...]] = []
        self._of: dict[int, list[int]] = {}
        for i in members:
            self._of.setdefault(int(t.owner[i]), []).append(i)
        number = {a.id: k for k, a in enumerate(t.articles)}
        self._parents: dict[int, list[int]] = {}
        for link in links:
            parent = number.get(link.source)
            if link.here and parent in self._of:
                self._parents.setdefault(number[link.article], []).append(parent)
        self._done: dict[int, list[End]] = {}

    def article(self, number: int, path: tuple[int, ...]) -> list[End]:
        """The ends that an article's reports of the claim lead to."""
        if number in path:
            ring = (*path[path.index(number) :], number)
            self.loops.append(tuple(self.t.articles[k].outlet or self.t.articles[k].id for k in ring))
            return []
        if number not in self._done:
            found = [end for i in self._of[number] for end in self._sourced(i, (*path, number))]
            self._done[number] = found or self._unsourced(number, (*path, number))
            for end in self._done[number]:
                end.articles[number] = None
        return self._done[number]

    def _sourced(self, i: int, path: tuple[int, ...]) -> list[End]:
        """The ends of one mention that says from whom it has what it tells; none for one that does not."""
        number, m = self.t.mentions[i]
        report, outlet = self.t.readings[number].report, self.t.articles[number].outlet or ""
        watching = observer(self.t.text(i), m.attribution, report, outlet)
        if watching:
            return [self._end("own observation", [Body(watching)], number, True)]
        a = m.attribution
        if a is None or (a.entity is None and not a.relays):
            return []
        names = [n for n in (a.entity, *(r.entity for r in a.relays)) if n]
        media = [n for n in names if self._is_medium(n, report.article.language)]
        parents = [
            p
            for p in self._parents.get(number, [])
            if any(same_outlet(n, self.t.articles[p].outlet or "") for n in media)
        ]
        if a.entity in media or a.entity is None:
            known = [end for p in parents for end in self.article(p, path)]
            return known or [self._end("outlet elsewhere", [Body(n)], number, False) for n in media[:1]]
        body = _body(a, report.sources, report.article.text)
        inherited = [end for p in (parents or self._parents.get(number, [])) for end in self.article(p, path)]
        if inherited and (a.source_kind == "unnamed" or not _is_name(body.name)):
            return inherited
        kind: OriginKind = "unnamed source" if a.source_kind == "unnamed" else "source"
        if a.act == "show":
            kind = "document"
        flags = [f for s in report.sources if s.id == a.source_id for f in s.flags]
        return [self._end(kind, [body], number, True, flags, outlet=outlet)]

    def _unsourced(self, number: int, path: tuple[int, ...]) -> list[End]:
        """The ends of an article that tells the claim without a source: those of what it has it from, or none known."""
        inherited = [end for p in self._parents.get(number, []) for end in self.article(p, path)]
        if inherited:
            return list(dict.fromkeys(inherited))
        article = self.t.articles[number]
        credited = [c for c in article.credit if not same_outlet(c, article.outlet or "")]
        if credited:
            return [self._end("outlet elsewhere", [Body(credited[0])], number, False)]
        return [self._end("unsourced", [Body(article.outlet or article.id)], number, False)]

    def _end(
        self,
        kind: OriginKind,
        bodies: list[Body],
        number: int,
        counts: bool,
        flags: Iterable[Flag] = (),
        outlet: str = "",
    ) -> End:
        """The end of these bodies: a new one, or the ones they are one with, united."""
        joined = [e for e in self.ends if e.counts == counts and (e.kind == kind or counts) and self._one(e, kind, bodies)]
        if not counts:
            joined = [e for e in self.ends if not e.counts]
        end = joined[0] if joined else End(kind, counts, [], {}, {}, {})
        if not joined:
            self.ends.append(end)
        for other in joined[1:]:
            end.bodies += other.bodies
            end.articles |= other.articles
            end.why |= other.why
            end.flags |= other.flags
            self.ends.remove(other)
            for ends in self._done.values():
                ends[:] = list(dict.fromkeys(end if e is other else e for e in ends))
        for body in bodies:
            if body not in end.bodies:
                end.bodies.append(body)
        end.articles[number] = None
        end.flags |= {f.flag: f for f in flags}
        return end

    def _one(self, end: End, kind: OriginKind, bodies: list[Body]) -> bool:
        why = [w for mine in end.bodies for body in bodies if (w := one_body(mine, body))]
        if why and why[0] != "same":
            end.why[why[0]] = None
        return bool(why)

    def _is_medium(self, name: str, language: object) -> bool:
        known = entry(name)
        if known:
            return known.source_type in ("outlet", "agency") and known.kind != "platform"
        here = any(same_outlet(name, a.outlet or "") for a in self.t.articles)
        return here or kind_of_phrase(name) in ("outlet", "agency")


def _body(a: Attribution, sources: Sequence[Source], text: str) -> Body:
    source = next((s for s in sources if s.id == a.source_id), None)
    phrases = tuple(text[s:e] for s, e in a.source)
    name = a.entity or ""
    if source is None:
        return Body(name, phrases)
    person = source.type == "person" and _is_name(name)
    return Body(name, (*phrases, *source.described_as), source.register, person)


def _is_name(name: str) -> bool:
    """Whether a source goes by a name rather than a description."""
    return any(w[0].isupper() for w in name.split()[-1:]) or any(w[0].isupper() for w in name.split()[1:])


def _origin(end: End, t: Telling) -> Origin:
    names = tuple(dict.fromkeys(b.name for b in end.bodies))
    return Origin(
        name=names[0],
        kind=end.kind,
        names=names,
        articles=tuple(t.articles[k].id for k in sorted(end.articles)),
        counts=end.counts,
        why=tuple(end.why),
        flags=tuple(end.flags.values()),
    )

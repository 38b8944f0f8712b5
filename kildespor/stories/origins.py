"""Where a claim comes from: each report traced back, through what its article has from others, to who knows it; and
which of those who know do not depend on one another.

The reports of a claim and what they rest on are a directed graph (as provenance is in W3C PROV); its ends are the
origins. Ends that are one body are united; ends that only repeat do not count.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct

from kildespor.model import Attribution, Flag, Report, Span
from kildespor.stories.bodies import DEFINITE, GENITIVE, Body, media_words, one_body, speaks_for
from kildespor.stories.model import Link, Origin, OriginKind
from kildespor.stories.observing import observer
from kildespor.stories.outlets import entry, same_outlet
from kildespor.stories.telling import Telling

CONFIRMS = 0.0
"""Log-odds that two sources tell the same, from which on one bears out the other."""
LONGEST_WAY = 8
"""Articles that a claim is followed through in search of a ring."""


class End(Struct, eq=False):
    """An end of the graph while it grows: an origin, who is behind it, and the articles that have the claim from it."""

    kind: OriginKind
    counts: bool
    bodies: list[Body]
    mentions: list[int]
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
    _doubted(tracer.ends, t)
    ends = sorted(tracer.ends, key=lambda e: (not e.counts, min(e.articles, default=0)))
    counting = sum(e.counts for e in ends)
    return Traced(tuple(_origin(e, t) for e in ends), counting or min(1, len(ends)), tracer.rings())


def _doubted(ends: Sequence[End], t: Telling) -> None:
    """Let those ends not count whose own words are too little like those of the others: an origin more is only claimed
    where it is sure that they tell the same."""
    counting = sorted((e for e in ends if e.counts), key=lambda e: min(e.articles, default=0))
    sure = counting[:1]
    for end in counting[1:]:
        told = [i for other in sure for i in other.mentions]
        if t.odds[np.ix_(end.mentions, told)].max(initial=-np.inf) >= CONFIRMS:
            sure.append(end)
        else:
            end.counts = False


class _Tracer:
    """Traces article by article; what an article has from an earlier one is traced there."""

    def __init__(self, members: Sequence[int], links: Sequence[Link], t: Telling) -> None:
        self.t = t
        self.ends: list[End] = []
        self._of: dict[int, list[int]] = {}
        for i in members:
            self._of.setdefault(int(t.owner[i]), []).append(i)
        number = {a.id: k for k, a in enumerate(t.articles)}
        self._parents: dict[int, list[int]] = {}
        self._named: dict[int, list[tuple[int, Span | None]]] = {}
        for link in links:
            parent = number.get(link.source)
            if link.here and parent in self._of:
                self._parents.setdefault(number[link.article], []).append(parent)
                self._named.setdefault(number[link.article], []).append((parent, link.words))
        self._done: dict[int, list[End]] = {}

    def article(self, number: int, path: tuple[int, ...]) -> list[End]:
        """The ends that an article's reports of the claim lead to. Its headline only sums up what follows, and counts
        where nothing else does."""
        if number in path:
            return []
        if number not in self._done:
            own = self._of[number]
            told = [i for i in own if not self.t.mentions[i][1].headline] or own
            found = [end for i in told for end in self._sourced(i, (*path, number))]
            found = found or [end for i in own for end in self._sourced(i, (*path, number))]
            self._done[number] = list(dict.fromkeys(found)) or self._unsourced(number, (*path, number))
            for end in self._done[number]:
                end.articles[number] = None
        return self._done[number]

    def rings(self) -> tuple[tuple[str, ...], ...]:
        """The outlets that have the claim, through others, from themselves: each ring from an outlet back to it."""
        found: dict[frozenset[str], tuple[str, ...]] = {}
        for number in self._of:
            for path in self._upwards((number,)):
                names = tuple(self.t.articles[k].outlet or self.t.articles[k].id for k in path)
                if same_outlet(names[0], names[-1]) and any(not same_outlet(names[0], n) for n in names[1:-1]):
                    found.setdefault(frozenset(names), tuple(reversed(names)))
        return tuple(found.values())

    def _upwards(self, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """The ways from an article to those that it has the claim from, and on from there."""
        for parent in self._parents.get(path[-1], []):
            yield (*path, parent)
            if parent not in path and len(path) < LONGEST_WAY:
                yield from self._upwards((*path, parent))

    def _sourced(self, i: int, path: tuple[int, ...]) -> list[End]:
        """The ends of one mention that says from whom it has what it tells; none for one that does not."""
        number, m = self.t.mentions[i]
        report, outlet = self.t.readings[number].report, self.t.articles[number].outlet or ""
        if cited := self._cited_in(number, m.span):
            return [end for p in cited for end in self.article(p, path)]
        watching = observer(m.span, m.attribution, report, outlet)
        if watching:
            return [self._end("own observation", [Body(watching)], i, True)]
        a = m.attribution
        names = [n for n in (a.entity, *(r.entity for r in a.relays)) if n] if a else []
        if a is None or not names or is_own(a.entity or names[0], outlet):
            return []
        if any(_passes_on(a, other) for other in report.attributions):
            return []
        media = [n for n in names if self._is_medium(n)]
        if a.entity is None or a.entity in media:
            return self._of_medium(media, i, path)
        body = self._body(a, report)
        own_talk = a.kind == "direct" or any(is_own(report.article.text[s:e], outlet) for s, e in a.addressee)
        if a.source_kind == "unnamed" or not is_name(body.name):
            inherited = [] if own_talk else [e for p in self._parents.get(number, []) for e in self.article(p, path)]
            inherited = [e for e in inherited if e.kind == "document" or a.act != "show"]
            if inherited:
                return inherited
        kind: OriginKind = "unnamed source" if a.source_kind == "unnamed" else "source"
        kind = "document" if a.act == "show" else kind
        flags = [f for s in report.sources if s.id == a.source_id for f in s.flags]
        return [self._end(kind, [body], i, True, flags)]

    def _cited_in(self, number: int, span: Span) -> list[int]:
        """The articles that are named within a span as where it is from, and tell the claim too."""
        return [p for p, words in self._named.get(number, []) if words and span[0] <= words[0] < span[1]]

    def _of_medium(self, media: Sequence[str], i: int, path: tuple[int, ...]) -> list[End]:
        """The ends of what a medium is cited for: those of its article here, or the medium itself."""
        number = int(self.t.owner[i])
        parents = [
            p
            for p in self._parents.get(number, [])
            if any(same_outlet(n, self.t.articles[p].outlet or "") for n in media)
        ]
        known = [end for p in parents for end in self.article(p, path)]
        return known or [self._end("outlet elsewhere", [Body(n)], i, False) for n in media[:1]]

    def _body(self, a: Attribution, report: Report) -> Body:
        """The source of an attribution, with all that the story's articles say of one of its name."""
        source = next((s for s in report.sources if s.id == a.source_id), None)
        name = a.entity or ""
        phrases = tuple(report.article.text[s:e] for s, e in a.source)
        if source is None or source.register or not is_name(name):
            return Body(name, phrases, source.register if source else None)
        last = name.split()[-1]
        called = self.t.called.get(last, ())
        if source.type != "person" and not speaks_for(phrases):
            return Body(name, phrases, called=called)
        phrases = tuple(dict.fromkeys((*phrases, *called)))
        told = self.t.told.get(last, ()) if speaks_for(phrases) else ()
        return Body(name, phrases, person=True, told=told)

    def _unsourced(self, number: int, path: tuple[int, ...]) -> list[End]:
        """The ends of an article that tells the claim without a source: those of what it has it from, or none known."""
        inherited = [end for p in self._parents.get(number, []) for end in self.article(p, path)]
        if inherited:
            return list(dict.fromkeys(inherited))
        article, first = self.t.articles[number], self._of[number][0]
        credited = [c for c in article.credit if not same_outlet(c, article.outlet or "")]
        if credited:
            return [self._end("outlet elsewhere", [Body(credited[0])], first, False)]
        return [self._end("unsourced", [Body(article.outlet or article.id)], first, False)]

    def _end(
        self,
        kind: OriginKind,
        bodies: list[Body],
        mention: int,
        counts: bool,
        flags: Iterable[Flag] = (),
    ) -> End:
        """The end of these bodies: a new one, or the ones they are one with, united."""
        joined = [e for e in self.ends if e.counts == counts and (not counts or self._one(e, bodies))]
        end = joined[0] if joined else End(kind, counts, [], [], {}, {}, {})
        if not joined:
            self.ends.append(end)
        for other in joined[1:]:
            end.bodies += other.bodies
            end.mentions += other.mentions
            end.articles |= other.articles
            end.why |= other.why
            end.flags |= other.flags
            self.ends.remove(other)
            for ends in self._done.values():
                ends[:] = list(dict.fromkeys(end if e is other else e for e in ends))
        for body in bodies:
            if body not in end.bodies:
                end.bodies.append(body)
        end.mentions.append(mention)
        end.articles[int(self.t.owner[mention])] = None
        end.flags |= {f.flag: f for f in flags}
        return end

    def _one(self, end: End, bodies: list[Body]) -> bool:
        why = [w for mine in end.bodies for body in bodies if (w := one_body(mine, body))]
        if why and why[0] != "same":
            end.why[why[0]] = None
        return bool(why)

    def _is_medium(self, name: str) -> bool:
        known = entry(name)
        if known:
            return known.source_type in ("outlet", "agency") and known.kind != "platform"
        here = any(same_outlet(name, a.outlet or "") for a in self.t.articles)
        return here or bool(media_words() & set(name.casefold().split()))


def _passes_on(a: Attribution, other: Attribution) -> bool:
    """Whether an attribution only says through whom another's content is known: "Det opplyser kystvakten"."""
    return other.entity not in (None, a.entity) and any(
        s < e2 and s2 < e for s, e in a.refers_to for s2, e2 in other.content
    )


def is_name(source: str) -> bool:
    """Whether a source goes by a name rather than a description."""
    words = source.split()
    return any(w[0].isupper() for w in words[-1:]) or any(w[0].isupper() for w in words[1:])


def is_own(name: str, outlet: str) -> bool:
    """Whether a name is that of the article's own outlet: "the Echo" in The Brockhurst Echo."""
    return bool(outlet) and (same_outlet(name, outlet) or name.split()[-1:] == outlet.split()[1:][-1:])


def _names(bodies: Iterable[Body]) -> tuple[str, ...]:
    """The names of bodies, each once: "kystvagten" and "kystvagtens" are one. Only descriptions have definite forms:
    Ola and Ole are two."""
    told: dict[str, str] = {}
    for body in bodies:
        bare = GENITIVE.sub("", body.name)
        key = bare if is_name(bare) else DEFINITE.sub("", bare)
        if key not in told or (GENITIVE.search(told[key]) and bare == body.name):
            told[key] = body.name
    return tuple(told.values())


def _origin(end: End, t: Telling) -> Origin:
    names = _names(end.bodies)
    return Origin(
        name=names[0],
        kind=end.kind,
        names=names,
        articles=tuple(t.articles[k].id for k in sorted(end.articles)),
        counts=end.counts,
        why=tuple(end.why),
        flags=tuple(end.flags.values()),
    )

"""Who got what from whom: copies by shared words, citing by the outlets that an article names, rewriting by what is
told alike without a word of where it comes from."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct

from kildespor.model import Span
from kildespor.stories.copies import contained, shingles
from kildespor.stories.model import Link
from kildespor.stories.outlets import entry, namings, same_outlet, voices
from kildespor.stories.telling import Telling
from kildespor.stories.times import before

COPIED_FROM = 0.5
"""Share of an article's shingles in another from which on it is a copy."""
ALIKE = -0.4
"""Log-odds from which on two mentions count as telling the same."""
RETOLD_FROM = 0.6
"""Share of an article's mentions with their like in another, from which on it is a rewrite of it."""
UNSOURCED_FROM = 0.25
"""The same for an article that names nobody from whom it has anything."""
NEAR = 30
"""Characters on either side of an outlet's name in which words count as said of it."""
CITED_ALIKE = -2.0
"""Log-odds below which what an outlet is cited for is not in the article of its that we have."""


class _Cited(Struct, frozen=True):
    """An outlet that an article names, where, and the mentions that it is named for."""

    name: str
    words: Span
    mentions: tuple[int, ...]


def links(t: Telling) -> tuple[Link, ...]:
    """What each article has from others, in the order of the articles. Copies need no other explanation; what an
    article names of its own accord goes before what it only tells alike."""
    found: list[Link] = []
    for number in range(len(t.articles)):
        copy = _copy(number, t)
        if copy:
            found.append(copy)
            continue
        cited = _once([*_citations(number, t), *_several(number, t)], t)
        found += cited
        credited = list(_credited_elsewhere(number, t))
        found += credited
        if not cited and not credited:
            found += _rewritten(number, t)
    return tuple(found)


def _once(cited: list[Link], t: Telling) -> list[Link]:
    """Each source once, and no outlet as absent that has an article here that is cited."""
    found: dict[str, Link] = {}
    for link in cited:
        found.setdefault(link.source, link)
    here = {a.id: a.outlet or "" for a in t.articles}
    linked = [here[link.source] for link in found.values() if link.here]
    return [x for x in found.values() if x.here or not any(same_outlet(x.source, outlet) for outlet in linked)]


def _earlier(number: int, t: Telling) -> Iterator[int]:
    """The articles that can have come before one."""
    for other in range(len(t.articles)):
        if other != number and before(t.articles[number], t.articles[other]) is not True:
            known = before(t.articles[other], t.articles[number])
            if known or other < number:
                yield other


def _copy(number: int, t: Telling) -> Link | None:
    own = shingles(t.articles[number].text)
    shares = {other: contained(own, shingles(t.articles[other].text)) for other in _earlier(number, t)}
    source = max(shares, key=lambda k: (shares[k], -k), default=None)
    if source is None or shares[source] < COPIED_FROM:
        return None
    return Link(
        article=t.articles[number].id,
        source=t.articles[source].id,
        here=True,
        how="copy",
        found_by="shared words",
        share=round(shares[source], 2),
        confidence=round(min(1.0, 0.5 + shares[source] / 2), 2),
    )


def _citations(number: int, t: Telling) -> Iterator[Link]:
    done: dict[str, str] = {}
    for cited in _named(number, t):
        theirs = _articles_of(cited.name, number, t)
        sources = [_best_teller(cited, theirs, t)]
        if theirs and _says(cited, "first", number, t):
            told_too = sources[0] is not None and _alike(cited.mentions, sources[0], t) >= ALIKE
            sources = [theirs[0], *(sources if told_too else ())]
        targets = [t.articles[s].id for s in sources if s is not None] or [cited.name]
        for target in targets:
            if target not in done:
                done[target] = cited.name
                yield _citation(number, target, cited, t)


def _citation(number: int, target: str, cited: _Cited, t: Telling) -> Link:
    source = next((k for k, a in enumerate(t.articles) if a.id == target), None)
    return Link(
        article=t.articles[number].id,
        source=target,
        here=source is not None,
        how="cite",
        found_by="named in the text",
        share=round(_retold(number, source, t), 2) if source is not None else 0.0,
        words=cited.words,
        confidence=0.9 if source is not None else 0.7,
    )


def _several(number: int, t: Telling) -> Iterator[Link]:
    """The first article of each outlet that tells what "several media" are cited for."""
    text = t.articles[number].text
    for m in _phrases("several").finditer(text.casefold()):
        cited = _Cited(m.group(), m.span(), _named_for(number, m.span(), t))
        seen: list[str] = []
        for other in _earlier(number, t):
            outlet = t.articles[other].outlet or ""
            if not any(same_outlet(outlet, s) for s in seen) and _alike(cited.mentions, other, t) >= ALIKE:
                seen.append(outlet)
                yield _citation(number, t.articles[other].id, cited, t)


def _says(cited: _Cited, key: str, number: int, t: Telling) -> bool:
    """Whether one of the phrases of ``citing.toml`` stands near a name."""
    near = t.articles[number].text[max(0, cited.words[0] - NEAR) : cited.words[1] + NEAR]
    return bool(_phrases(key).search(near.casefold()))


@cache
def _phrases(key: str) -> re.Pattern[str]:
    listed = tomllib.loads((Path(__file__).parent / "citing.toml").read_text(encoding="utf-8"))[key]
    return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(set(listed), key=len, reverse=True))) + r")\b")


def _named(number: int, t: Telling) -> Iterator[_Cited]:
    """The outlets that an article names: those with articles here, and others that its attributions rest on."""
    report, own = t.readings[number].report, t.articles[number].outlet or ""
    names = dict.fromkeys(n for k in range(len(t.articles)) if k != number for n in voices(t.articles[k]))
    for a in report.attributions:
        for entity in (a.entity, *(r.entity for r in a.relays)):
            known = entry(entity, report.article.language) if entity else None
            if entity and known and known.source_type in ("outlet", "agency") and known.kind != "platform":
                names.setdefault(entity)
    seen: list[str] = []
    for name in names:
        if (own and same_outlet(name, own)) or any(same_outlet(name, s) for s in seen):
            continue
        seen.append(name)
        for words in namings(report, name):
            yield _Cited(name, words, _named_for(number, words, t))


def _named_for(number: int, words: Span, t: Telling) -> tuple[int, ...]:
    """The mentions that a name stands in, with the smaller ones of the same sentence."""
    around = [i for i in t.of(number) if t.mentions[i][1].span[0] <= words[0] < t.mentions[i][1].span[1]]
    return tuple(int(i) for i in t.of(number) if any(_within(i, other, t) for other in around))


def _within(i: int, other: int, t: Telling) -> bool:
    inner, outer = t.mentions[i][1].span, t.mentions[other][1].span
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _articles_of(name: str, number: int, t: Telling) -> list[int]:
    """The articles here before one that an outlet's name can mean: its own, or else those that credit it."""
    # Where times do not tell, an article may cite one that is counted after it.
    possible = [
        k for k in range(len(t.articles)) if k != number and before(t.articles[number], t.articles[k]) is not True
    ]
    theirs = [k for k in possible if any(same_outlet(name, v) for v in voices(t.articles[k]))]
    return [k for k in theirs if same_outlet(name, t.articles[k].outlet or "")] or theirs


def _best_teller(cited: _Cited, among: list[int], t: Telling) -> int | None:
    """The article that tells best what an outlet is cited for; None where none does."""
    alike = {k: _alike(cited.mentions, k, t) for k in among}
    best = max(alike, key=lambda k: alike[k], default=None)
    return best if best is not None and alike[best] >= CITED_ALIKE else None


def _alike(mentions: tuple[int, ...], article: int, t: Telling) -> float:
    """How well an article tells what some mentions tell: the best log-odds of a pair that has a number in common where
    these name any."""
    named = frozenset().union(*(t.quantities[i] for i in mentions))
    odds = [
        float(t.odds[i, j]) for i in mentions for j in t.of(article) if not named or (t.quantities[i] & t.quantities[j])
    ]
    return max(odds, default=-np.inf)


def _rewritten(number: int, t: Telling) -> Iterator[Link]:
    shares = {other: _retold(number, other, t) for other in _earlier(number, t)}
    source = max(shares, key=lambda k: shares[k], default=None)
    if source is not None and shares[source] >= (RETOLD_FROM if _has_sources(number, t) else UNSOURCED_FROM):
        copy = _copy(source, t)
        source = next(k for k, a in enumerate(t.articles) if a.id == copy.source) if copy else source
        yield Link(
            article=t.articles[number].id,
            source=t.articles[source].id,
            here=True,
            how="rewrite",
            found_by="told alike",
            share=round(shares[source], 2),
            confidence=round(shares[source], 2),
        )


def _has_sources(number: int, t: Telling) -> bool:
    return any(a.source_kind == "named" and a.act in ("say", "show") for a in t.readings[number].report.attributions)


def _retold(number: int, other: int, t: Telling) -> float:
    """The share of an article's mentions that have their like in another."""
    own, theirs = t.of(number), t.of(other)
    small = [i for i in own if not t.mentions[i][1].parts]
    if not small or not len(theirs):
        return 0.0
    return float((t.odds[np.ix_(small, theirs)].max(axis=1) >= ALIKE).mean())


def _credited_elsewhere(number: int, t: Telling) -> Iterator[Link]:
    """The agencies that an article credits of which no article is here before it: then it is theirs."""
    here = [v for k in _earlier(number, t) for v in voices(t.articles[k])]
    own = t.articles[number].outlet or ""
    for agency in t.articles[number].credit:
        if not (own and same_outlet(agency, own)) and not any(same_outlet(agency, v) for v in here):
            yield Link(
                article=t.articles[number].id,
                source=agency,
                here=False,
                how="copy",
                found_by="credited",
                share=1.0,
                confidence=0.8,
            )

"""Which sources are one body: a person and the body that the person speaks for, a body under several names, outlets of
one owner."""

import re
import tomllib
from collections.abc import Iterable, Set
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from kildespor.stories.outlets import entry
from kildespor.stories.pieces import silent

WORD = re.compile(r"[^\W\d_][\w-]*")
STEM = 5
SHORTEST = 4
DEFINITE = re.compile(r"(?:ene|ane|erne|arna|en|et|a|e)$")
GENITIVE = re.compile(r"(?:['’´:]?s|['’´])$")


class Body(Struct, frozen=True):
    """A source as far as it tells which body it is of: its names, the words that describe it where it speaks, its
    register key, what the story's articles call it (``called``), and, of somebody who speaks for a body that is not
    named, what is told of where he speaks (``told``)."""

    name: str
    phrases: tuple[str, ...] = ()
    register: str | None = None
    person: bool = False
    called: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def one_body(a: Body, b: Body) -> str | None:
    """Why two sources are one, as a key of the messages; None where they may be two."""
    if a.register and a.register == b.register:
        return "same"
    if _same_name(a, b):
        return "same"
    if owner_of(a) and owner_of(a) == owner_of(b):
        return "owner"
    if _describes(a, b) or _describes(b, a):
        return "same"
    first, second = _named(a), _named(b)
    if first & second or _speaks_for(a, first, b) or _speaks_for(b, second, a):
        return "body"
    return "body" if _nouns(a) & _nouns(b) and not (first and second) else None


def owner_of(body: Body) -> str | None:
    """Who owns an outlet, by the register; a state is no owner that makes its bodies one."""
    known = entry(body.name)
    owner = known.owner if known and known.source_type in ("outlet", "agency") else None
    return None if owner is None or "state" in owner.casefold() else owner


def _same_name(a: Body, b: Body) -> bool:
    first, second = _tokens(a.name), _tokens(b.name)
    if not first or not second:
        return False
    if a.person and b.person:
        return first[-1] == second[-1]
    return set(first) <= set(second) or set(second) <= set(first)


def _tokens(name: str) -> list[str]:
    return [_stem(w) for w in WORD.findall(name) if w.casefold() not in posts()]


def _describes(a: Body, b: Body) -> bool:
    """Whether a source without a name is by its words the other: "forbundet" is Norsk Kollektivforbund, "aktor" is
    aktor Mats Eikemo."""
    if any(w[0].isupper() for w in WORD.findall(a.name)[1:]):
        return False
    words = [DEFINITE.sub("", w.casefold()) for w in WORD.findall(a.name) if w.casefold() not in silent()]
    known = " ".join((b.name, *b.phrases, *b.called)).casefold()
    return bool(words) and all(len(w) >= SHORTEST and w in known for w in words)


def _named(body: Body) -> frozenset[str]:
    """The stems of the names of bodies in a source's name and descriptions, a person's own name apart."""
    own = set(_tokens(body.name)) if body.person else set()
    words = (w for phrase in (body.name, *body.phrases) for w in WORD.findall(phrase))
    stems = (_stem(w) for w in words if w[0].isupper() and w.casefold() not in posts())
    return frozenset(s for s in stems if s not in own)


def _speaks_for(a: Body, named: Set[str], b: Body) -> bool:
    """Whether a speaker for a body that no description names speaks for another source, or for the same body as another
    such speaker: it is what is told of where he speaks."""
    kinds = _nouns(a)
    if named or (kinds - {"ministry"} and not kinds & _nouns(b)):
        return False
    return bool(_capital(a.told) & _capital(b.told if b.person else (b.name,)))


def _capital(phrases: Iterable[str]) -> frozenset[str]:
    """The stem of the first name in each phrase."""
    passed_over = posts() | silent()
    found = (
        next((w for w in WORD.findall(phrase) if w[0].isupper() and w.casefold() not in passed_over), None)
        for phrase in phrases
    )
    return frozenset(_stem(w) for w in found if w)


def _nouns(body: Body) -> frozenset[str]:
    """The kinds of body that a source's name and descriptions tell of."""
    text = " ".join((body.name, *body.phrases)).casefold()
    return frozenset(kind for kind, stems in lists()["nouns"].items() if any(re.search(rf"\b{s}", text) for s in stems))


def speaks_for(phrases: Iterable[str]) -> bool:
    """Whether descriptions are those of a body's speaker."""
    words = (w.casefold() for phrase in phrases for w in WORD.findall(phrase))
    begin, end = (tuple(lists()["speakers"][part]) for part in ("stems", "ends"))
    return any(w.startswith(begin) or w.endswith(end) for w in words)


def _stem(word: str) -> str:
    return GENITIVE.sub("", word)[:STEM].casefold()


@cache
def posts() -> frozenset[str]:
    """Words of a description that name no body."""
    return frozenset(lists()["posts"]["words"].split())


@cache
def media_words() -> frozenset[str]:
    """Nouns for a medium."""
    return frozenset(lists()["media"]["words"])


@cache
def lists() -> dict[str, Any]:
    """The lists of ``bodies.toml``."""
    return tomllib.loads((Path(__file__).parent / "bodies.toml").read_text(encoding="utf-8"))

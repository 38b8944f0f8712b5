"""Which sources are one body: a person and the body that the person speaks for, a body under several names, outlets of
one owner."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from kildespor.stories.outlets import entry

WORD = re.compile(r"[^\W\d_][\w-]*")
STEM = 5
GENITIVE = re.compile(r"(?:['’´:]?s|['’´])$")


class Body(Struct, frozen=True):
    """A source as far as it tells which body it is of: its names, the words that describe it, and its register key."""

    name: str
    phrases: tuple[str, ...] = ()
    register: str | None = None
    person: bool = False


def one_body(a: Body, b: Body) -> str | None:
    """Why two sources are one, as a key of the messages; None where they may be two."""
    if a.register and a.register == b.register:
        return "same"
    if _same_name(a, b):
        return "same"
    if owner_of(a) and owner_of(a) == owner_of(b):
        return "owner"
    if _bodies(a) & _bodies(b):
        return "body"
    return None


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
    return [GENITIVE.sub("", w.casefold())[:STEM] for w in WORD.findall(name) if w.casefold() not in posts()]


def _bodies(body: Body) -> frozenset[str]:
    """The stems of the bodies that a source's name and descriptions tell of, a person's own name apart."""
    own = set(_tokens(body.name)) if body.person else set()
    found = set()
    for phrase in (body.name, *body.phrases):
        named = {t for t in _capitals(phrase) if t not in own}
        found |= named or set(_nouns(phrase))
    return frozenset(found)


def _capitals(phrase: str) -> Iterable[str]:
    return (GENITIVE.sub("", w)[:STEM].casefold() for w in WORD.findall(phrase) if w[0].isupper() and w.casefold() not in posts())


def _nouns(phrase: str) -> Iterable[str]:
    text = phrase.casefold()
    return (kind for kind, stems in lists()["nouns"].items() if any(re.search(rf"\b{s}", text) for s in stems))


@cache
def posts() -> frozenset[str]:
    """Words of a description that name no body."""
    return frozenset(lists()["posts"]["words"].split())


@cache
def lists() -> dict[str, Any]:
    """The lists of ``bodies.toml``."""
    return tomllib.loads((Path(__file__).parent / "bodies.toml").read_text(encoding="utf-8"))

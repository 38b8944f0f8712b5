"""How an article names an outlet or institution: the name itself, and what stands around it.

"Det statlige russiske nyhetsbyrået TASS" is the name TASS with a nationality and a word that says what it is. The words
for all that stand in ``naming.toml`` beside this file.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

_FOLDED = str.maketrans(dict.fromkeys(" \t\n\u00a0\u00ad\u2011-–—.,'’‘´`\"«»“”„:"))
_EDGES = " \t\n\u00a0\"'«»“”„‘’‹›()[]{}/©.,;:!?–—-"
_GENITIVE = re.compile(r"(?:['’´:-]?s|['’´])$")
_PARENTHESIS = re.compile(r"^(.+?)\s*\(([^()]+)\)\s*$")


class Naming(Struct, frozen=True):
    """One way to read a name in its surroundings.

    ``nations`` are the countries (ISO 3166 alpha-2) of an adjective or genitive before it, ``places`` those of a place
    after it ("i Danmark"), which may be only where the source sits. ``medium``: a word for a medium stands before it.
    """

    name: str
    nations: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    medium: bool = False

    @property
    def form(self) -> str:
        """What the register looks up."""
        return form(self.name).casefold()

    @property
    def opens_with_article(self) -> bool:
        return self.name.partition(" ")[0].casefold() in _words().articles


class _Words(Struct, frozen=True):
    articles: frozenset[str]
    links: frozenset[str]
    before_place: frozenset[str]
    media: tuple[str, ...]
    nations: dict[str, frozenset[str]]
    places: dict[str, frozenset[str]]


def naming_articles() -> frozenset[str]:
    """The articles that may open a name ("det hvite hus", "the Guardian"), in lower case."""
    return _words().articles


def form(name: str) -> str:
    """``name`` without spaces, hyphens, stops, commas and quotation marks: "TV-2" and "TV 2" are one."""
    return name.translate(_FOLDED)


def namings(written: str) -> Iterator[Naming]:
    """The readings of a name as it stands in a text, the fullest first."""
    whole = " ".join(written.split())
    yield from _readings(whole.strip(_EDGES), frozenset())
    if parted := _PARENTHESIS.match(whole):
        outer, inner = (part.strip(_EDGES) for part in parted.groups())
        countries = _countries(inner, _words().places) | _countries(inner, _words().nations)
        yield from _readings(outer, countries)
        if not countries and (outer[:1].isupper() or outer.partition(" ")[0] in _words().articles):
            yield from _readings(inner, frozenset())


def _readings(text: str, places: frozenset[str]) -> Iterator[Naming]:
    """Readings of ``text`` with fewer and fewer of its first words, as long as they only describe what follows."""
    words = _words()
    tokens = text.split()
    nations: frozenset[str] = frozenset()
    medium = False
    for start, token in enumerate(tokens):
        for name, place in _without_place(tokens[start:]):
            for spelling in _without_genitive(name):
                if form(spelling):
                    yield Naming(spelling, nations, places | place, medium)
        bare = token.rstrip(",")
        owner = _GENITIVE.sub("", bare)
        country = _countries(bare, words.nations) or (_countries(owner, words.places) if owner != bare else frozenset())
        is_medium = bare.casefold().endswith(words.media)
        describes = bare.rpartition("-")[2].islower() and bare.casefold() not in words.links
        if not (country or is_medium or describes or bare.casefold() in words.articles):
            return
        nations |= country
        medium = medium or is_medium


def _without_place(tokens: list[str]) -> Iterator[tuple[str, frozenset[str]]]:
    yield " ".join(tokens), frozenset()
    for at in range(len(tokens) - 2, 0, -1):
        if tokens[at].casefold() in _words().before_place:
            if countries := _countries(" ".join(tokens[at + 1 :]), _words().places):
                yield " ".join(tokens[:at]), countries
            return


def _without_genitive(name: str) -> Iterator[str]:
    yield name
    bare = _GENITIVE.sub("", name)
    if bare and bare != name:
        yield bare


def _countries(text: str, index: dict[str, frozenset[str]]) -> frozenset[str]:
    for spelling in _without_genitive(text):
        if found := index.get(form(spelling).casefold()):
            return found
    return frozenset()


@cache
def _words() -> _Words:
    data = tomllib.loads(Path(__file__).with_name("naming.toml").read_text("utf-8"))
    return _Words(
        articles=frozenset(data["articles"]),
        links=frozenset(data["links"]),
        before_place=frozenset(data["before_place"]),
        media=tuple(data["media"]),
        nations=_index(data["nations"]),
        places=_index(data["places"]),
    )


def _index(by_country: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for country, words in by_country.items():
        for word in words:
            key = form(word).casefold()
            index[key] = index.get(key, frozenset()) | {country}
    return index

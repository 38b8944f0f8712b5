"""What kind a source without a name is, by the nouns of its phrase."""

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import get_args

from kildespor.model import SourceType
from kildespor.sources.phrases import ends_compound, word_classes

LONG = 5


@lru_cache(maxsize=1024)
def kind_of_phrase(phrase: str) -> SourceType:
    """The kind of a source from its description: "flere eksperter" is a group, "en fersk rapport" a document.

    The word that stands first decides over those that link it to something else ("en talsmann for politiet" is a
    person): only the words before the first small linking word count.
    """
    words = phrase.casefold().split()
    cut = next((i for i, w in enumerate(words) if i and w in _data()["links"]), len(words))
    for kind in get_args(SourceType):
        stems = _data().get(kind, frozenset())
        fits = _are if kind == "group" else _fits
        if any(fits(word, stem) for word in words[:cut] for stem in stems):
            found: SourceType = kind
            return found
    return "person"


def _fits(word: str, stem: str) -> bool:
    """Long stems may have an ending or end a compound; short ones would do so by chance, and must be the whole word."""
    if word == stem or len(stem) < LONG:
        return word == stem
    ends = word.startswith(stem) and word[len(stem) :] in word_classes()["endings"]
    return ends or ends_compound(stem, word)


def _are(word: str, plural: str) -> bool:
    """Whether a word is or ends in a plural, bare or definite: "eksperter", "reiselivsekspertene", not "eksperten"."""
    forms = (plural, *(stem + ending for stem in (plural, plural[:-1]) for ending in ("ne", "na")))
    return word == plural or (len(plural) >= LONG and word.endswith(forms))


@cache
def _data() -> dict[str, frozenset[str]]:
    folder = Path(__file__).parent
    kinds = tomllib.loads((folder / "kinds.toml").read_text(encoding="utf-8"))
    links = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))["links"]
    return {name: frozenset(words) for name, words in kinds.items()} | {"links": frozenset(links)}

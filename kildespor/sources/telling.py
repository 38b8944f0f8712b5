"""The register's reasons and owners in the language of the interface: ``register_nb.toml`` has them in Bokmål."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kildespor.messages import Words


def why_told(why: str, words: Words) -> str:
    """The reason for who controls an entry, in the interface's language; one of a register of one's own as it stands
    there."""
    return why if words.lang == "en" else in_bokmal()["why"].get(why, why)


def owner_told(owner: str, words: Words) -> str:
    """An owner's name in the interface's language, where it has one there."""
    return owner if words.lang == "en" else in_bokmal()["owner"].get(owner, owner)


@cache
def in_bokmal() -> Mapping[str, Mapping[str, str]]:
    """The ``why`` and ``owner`` of the shipped register in Bokmål, by what they are in English."""
    return tomllib.loads(Path(__file__).with_name("register_nb.toml").read_text(encoding="utf-8"))

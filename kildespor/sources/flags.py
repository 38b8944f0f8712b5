"""Cautions about a source: that a state or party controls it, or that it is a party to what it tells of."""

import re
from collections.abc import Sequence, Set
from typing import Literal

from kildespor.messages import Words
from kildespor.model import Attribution, Flag, FlagReason, SourceType
from kildespor.sources.described import describing_words
from kildespor.sources.register import Entry

WORD = re.compile(r"\w[\w-]*")


def flags(
    name: str,
    type_: SourceType,
    described_as: Sequence[str],
    entry: Entry | None,
    attributions: Sequence[Attribution],
    text: str,
) -> tuple[Flag, ...]:
    """The flags of a source, each with its reason.

    State: the register says that a state or party controls this medium, or the article itself calls it so. Party: it is
    a body, or speaks for one, and what it is reported to have said is of itself.
    """
    state = _state(described_as, entry)
    party = None
    if body := _body(name, type_, described_as, entry):
        unknown = entry is None and body == name
        party = _party(body, _own_words(described_as) if unknown else describing_words()["self"], attributions, text)
    return tuple(flag for flag in (state, party) if flag is not None)


def _flag(flag: Literal["state", "party"], reason: FlagReason, **values: str) -> Flag:
    return Flag(flag=flag, why=Words("en")(f"flag_reason.{reason}", **values), reason=reason, values=values)


def _state(described_as: Sequence[str], entry: Entry | None) -> Flag | None:
    for words in described_as:
        if describing_words()["state"] & set(words.casefold().split()):
            return _flag("state", "called", words=words)
    if entry and entry.why and entry.control in ("state", "party") and entry.source_type in ("outlet", "agency"):
        return Flag(flag="state", why=entry.why, reason="under_state" if entry.control == "state" else "under_party")
    return None


def _party(body: str, own: Set[str], attributions: Sequence[Attribution], text: str) -> Flag | None:
    """The flag of who is or speaks for a body and speaks of it, by its name or by one of its ``own`` words."""
    by_name = re.compile(rf"(?<!\w){re.escape(body)}(?:['’]?s)?(?!\w)")
    for a in attributions:
        for start, end in a.content:
            said = text[start:end]
            if by_name.search(said) or {w.casefold() for w in WORD.findall(said)} & own:
                return _flag("party", "speaks", name=body, words=_shortened(said))
    return None


def _own_words(described_as: Sequence[str]) -> frozenset[str]:
    """The words by which a body that no register knows speaks of itself: *we*, and the noun for a company by which the
    article has it."""
    nouns = {words.casefold().split()[-1] for words in described_as}
    return describing_words()["we"] | (describing_words()["company"] & nouns)


def _body(name: str, type_: SourceType, described_as: Sequence[str], entry: Entry | None) -> str | None:
    """The body that a source is or speaks for: itself, or the one that its description links it to ("talsmann for
    Forsvarsdepartementet")."""
    if type_ == "organisation":
        return name
    if entry is not None:
        return None
    for words in described_as:
        m = re.search(r"\b(?:for|i|ved|av|of|at|för|hos|på) ((?:[A-ZÆØÅÄÖ][\w-]+)(?: [A-ZÆØÅÄÖ][\w-]+)*)$", words)
        if m:
            return m.group(1)
    return None


def _shortened(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= 60 else said[:60].rsplit(" ", 1)[0] + " …"

"""Whether each report of a claim asserts it, denies it or leaves it open."""

from collections.abc import Sequence

from kildespor.model import Polarity
from kildespor.stories.numbers import lexicon
from kildespor.stories.pieces import WORD
from kildespor.stories.sense import POLARITIES
from kildespor.stories.telling import Telling

DENIES_FROM, DENIES_TO = 0.8, 0.2
"""How likely the network must hold it that a mention denies something, to go against a lack of negation, and how
unlikely, to go against a negation."""


def polarities(members: Sequence[int], t: Telling) -> dict[int, Polarity]:
    """The polarity of each mention of one claim.

    A claim may itself be negative ("the board was never told"): what most mentions without a denying cue say is its
    sense, and one that is negated otherwise than they denies it, unless the network is sure of another thing. A cue
    that denies always does.
    """
    denied = {i for i in members if _cue(i, t) == "denies"}
    plain = [i for i in members if i not in denied]
    negative = sum(_negated(i, t) for i in plain) * 2 > len(plain)
    found: dict[int, Polarity] = {}
    for i in members:
        if i in denied:
            found[i] = "denies"
        elif _cue(i, t) == "questions" or _open(i, t):
            found[i] = "questions"
        else:
            found[i] = "denies" if _denies(i, _negated(i, t) != negative, t) else "asserts"
    return found


def _denies(i: int, unlike: bool, t: Telling) -> bool:
    """Whether a mention denies its claim, which it is negated ``unlike`` or not."""
    likely = t.leaning[i, POLARITIES.index("denies")]
    return bool(likely >= (DENIES_TO if unlike else DENIES_FROM))


def _cue(i: int, t: Telling) -> Polarity:
    a = t.mentions[i][1].attribution
    return a.polarity if a else "asserts"


def _open(i: int, t: Telling) -> bool:
    """Whether a mention asks, or says that something is not confirmed."""
    text = t.text(i).casefold()
    words = lexicon()["unconfirmed"][t.articles[t.mentions[i][0]].language or "nob"]
    return text.endswith("?") or (_negated(i, t) and any(w in text for w in words))


def _negated(i: int, t: Telling) -> bool:
    negations = lexicon()["negations"][t.articles[t.mentions[i][0]].language or "nob"]
    text = t.text(i).casefold().replace("n't", " not")
    return any(w in negations for w in WORD.findall(text))

"""The corpora as examples: attributions with their anchors and roles, and the treebank's labels on the same words."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kildespor.attribution.decode import ACTS, KINDS, SOURCE_KINDS
from kildespor.attribution.scorer import ROLES
from kildespor.language.encoding import Encoded, encode

if TYPE_CHECKING:
    from training.coreference import Reference

MISSING = -100
QUOTE_OPENS = "«„“”\"‹'–—―-"


@dataclass(frozen=True)
class Anchored:
    """One attribution as the network sees it: its anchor word and, for each role of ROLES, its words."""

    anchor: int
    roles: tuple[NDArray[np.int64], ...]
    kind: int
    act: int
    source_kind: int


@dataclass
class Syntax:
    """The treebank's labels for each word of an article; MISSING where it has none."""

    part: NDArray[np.int64]
    name: NDArray[np.int64]
    head: NDArray[np.int64]
    relation: NDArray[np.int64]


@dataclass
class Document:
    """An article ready for training. ``attributions`` is None for one that nobody has annotated."""

    name: str
    encoded: Encoded
    attributions: list[Anchored] | None
    syntax: Syntax | None = None
    reference: "Reference | None" = None


def alike(text: str) -> str:
    """``text`` with all dashes the same: the treebank writes a hyphen where the articles have a dash."""
    return text.translate(str.maketrans("–—―‒−", "-----"))


def anchor_of(attribution: dict, text: str) -> int:
    """The character at which an attribution's anchor word begins: its cue, else its source label, else the hearsay
    word of narration, else the opening of its content."""
    opening = attribution["content"][0][0] if attribution["content"] else 0
    if attribution["cue"]:
        return attribution["cue"][0][0]
    if attribution["source"]:
        return attribution["source"][0][0]
    if attribution["hearsay"] and text[opening] not in QUOTE_OPENS:
        return attribution["hearsay"][0][0]
    return opening


def words_of(spans: list[list[int]], encoded: Encoded) -> NDArray[np.int64]:
    """The words that overlap any of the spans."""
    words = encoded.segments.words
    hit = np.zeros(len(words), bool)
    for start, end in spans:
        hit |= (words[:, 0] < end) & (words[:, 1] > start)
    return np.flatnonzero(hit)


PRONOUNS = frozenset(
    "han hun ho hon hen den det de dei dem vi oss jeg eg jag meg man ein en som sjølv selv själv "
    "he she it they we us i me who which that one himself herself".split()
)
LINKS = frozenset("av von van de der den al el bin og and och for i of 2".split())
ARTICLES = frozenset("Det Den De Dei The En Et Ei Ein Eit Ett A An".split())


def referents(entity: str | None, spoken: set[str], encoded: Encoded) -> NDArray[np.int64]:
    """The words anywhere in the article that name ``entity``: any word of a name; all of a description, also where it
    stands as it does among the source labels ``spoken`` of that entity."""
    words = re.findall(r"\w[\w-]*", entity or "")
    if entity is None or not words:
        return np.zeros(0, np.int64)
    text = encoded.text
    if words[0] not in ARTICLES and all(w[0].isupper() or w[0].isdigit() or w in LINKS for w in words):
        names = [w for w in words if (w[0].isupper() or w[0].isdigit()) and len(w) > 1] or [entity]
        pattern, flags = r"\b(?:" + "|".join(map(re.escape, names)) + r")s?\b", 0
    else:
        labels = {entity, *(s for s in spoken if s.lower() not in PRONOUNS)}
        pattern, flags = r"(?<!\w)(?:" + "|".join(map(re.escape, labels)) + r")(?!\w)", re.IGNORECASE
    return words_of([list(m.span()) for m in re.finditer(pattern, text, flags)], encoded)


def labels_of(gold: list[dict], text: str) -> dict[str, set[str]]:
    """How the article's source labels and relays write each entity."""
    out: dict[str, set[str]] = {}
    for a in gold:
        for one in (a, *a["relays"]):
            if one["entity"]:
                out.setdefault(one["entity"], set()).update(text[start:end] for start, end in one["source"])
    return out


def anchored(attribution: dict, encoded: Encoded, named: dict[str, NDArray[np.int64]]) -> Anchored | None:
    """An attribution of the corpus on the words of its article, ``named`` those that name each entity; None when its
    anchor falls on no word."""
    start = anchor_of(attribution, encoded.text)
    at = words_of([[start, start + 1]], encoded)
    if not len(at):
        return None
    relays = attribution["relays"]
    spans = {
        "content": attribution["content"],
        "source": attribution["source"],
        "cue": attribution["cue"],
        "relay_source": [s for r in relays for s in r["source"]],
        "relay_cue": [s for r in relays for s in r["cue"]],
        "addressee": attribution["addressee"],
        "hearsay": attribution["hearsay"],
    }
    roles = [words_of(spans[r], encoded) for r in ROLES[:-1]]
    return Anchored(
        anchor=int(at[0]),
        roles=(*roles, named.get(attribution["entity"] or "", np.zeros(0, np.int64))),
        kind=KINDS.index(attribution["kind"]),
        act=ACTS.index(attribution["act"]),
        source_kind=SOURCE_KINDS.index(attribution["source_kind"]),
    )


def annotated(name: str, text: str, gold: list[dict], tokenizer: Tokenizer) -> Document:
    """An article of the corpus with its attributions on its words."""
    encoded = encode(text, tokenizer)
    labels = labels_of(gold, text)
    named = {e: referents(e, labels.get(e, set()), encoded) for g in gold if (e := g["entity"])}
    return Document(name, encoded, [a for g in gold if (a := anchored(g, encoded, named)) is not None])


def read_gold(path: Path) -> tuple[str, list[dict]]:
    """The text NAME.txt and the attributions of NAME.json beside it."""
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["attributions"]
    return path.read_text(encoding="utf-8"), gold


def redrawn(text: str, rng: random.Random) -> str:
    """``text`` with some paragraph breaks closed and others opened at sentence ends; no offset changes.

    A break is two line ends and a joint one space, so a break is closed by two spaces, and opened as a single line end.
    Breaks before a dash or around a line without a full stop are layout, and stay.
    """
    share = rng.choice((0.0, 0.15, 0.4))

    def close(m: re.Match[str]) -> str:
        return "  " if rng.random() < share else m.group()

    def open_(m: re.Match[str]) -> str:
        return "\n" if rng.random() < share else m.group()

    text = re.sub(r"(?<=[.!?])\n\n(?=[^–—\-•*\n])", close, text)
    return re.sub(r"(?<=[.!?]) (?=[A-ZÆØÅÄÖ])", open_, text)


HOUSE_STYLES = ("–—", "–-", '«"»"', "«“»”", "«”»”", '"”')


def restyled(text: str, rng: random.Random) -> str:
    """``text``, one time in four, with the dashes or quotation marks of another house; no offset changes."""
    if rng.random() < 0.75:
        return text
    style = rng.choice(HOUSE_STYLES)
    return text.translate(str.maketrans(dict(zip(style[::2], style[1::2], strict=True))))


def read_conll(path: Path) -> Iterator[list[tuple[str, str, int, str, str]]]:
    """The sentences of a treebank file: (form, part of speech, head from 1 or 0, relation, name tag) a token."""
    sentence: list[tuple[str, str, int, str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            if sentence:
                yield sentence
            sentence = []
            continue
        c = line.split("\t")
        sentence.append((c[1], c[3], int(c[6]) if c[6].isdigit() else 0, c[7], c[-1].removeprefix("name=")))
    if sentence:
        yield sentence

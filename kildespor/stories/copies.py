"""Copied text: shingles, and MinHash signatures of them (Broder 1997) by which an archive finds copies without
comparing with every article.

Shingles do not cross sentences, so that a copy with its paragraphs in another order is a copy still.
"""

import re
from collections.abc import Sequence, Set
from hashlib import blake2b

from rensa import RMinHash  # type: ignore[import-untyped]

from kildespor.language.segment import segment

SHINGLE = 4
"""Words of a shingle."""
PERMUTATIONS = 64
BANDS = 16
"""Bands of four values: two articles that share half of their shingles meet in one of them with probability 0.64, at
0.7 with 0.99 (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4)."""
SEED = 1
WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[str]:
    """The runs of four words within the sentences of ``text``, in lower case."""
    found: set[str] = set()
    for start, end in segment(text).sentences:
        words = WORD.findall(text[start:end].casefold())
        found.update(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    return frozenset(found)


def contained(part: Set[str], whole: Set[str]) -> float:
    """The share (0-1) of one article's shingles that another has; 0 where it has none."""
    return len(part & whole) / len(part) if part else 0.0


def bands(text: str) -> tuple[int, ...]:
    """The keys, one a band, under which an article is looked up: articles that share one may be copies. None for a
    text too short to tell."""
    found = shingles(text)
    if not found:
        return ()
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update(sorted(found))
    values = sketch.digest()
    rows = PERMUTATIONS // BANDS
    return tuple(_key(band, values[band * rows : (band + 1) * rows]) for band in range(BANDS))


def _key(band: int, values: Sequence[int]) -> int:
    """A signed 64-bit number, the same in every process."""
    packed = b"".join(v.to_bytes(8, "big") for v in (band, *values))
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)

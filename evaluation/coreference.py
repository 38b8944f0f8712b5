"""Score coreference on NARC: MUC, B³ and CEAF-e, and their mean, the CoNLL F1.

usage: python -m evaluation.coreference NARC_PART…

Each NARC_PART is a folder of NARC (``narc/nob/dev``). The texts are set as running text from NARC's tokens and read by
the shipped model as any article; a phrase is right when it covers the very words of a gold one. Singletons are left out
on both sides, as in CoNLL-2012, and once more kept in, since NARC marks them.

MUC: Vilain et al. 1995. B³: Bagga and Baldwin 1998. CEAF-e: Luo 2005 (entity similarity phi 4). Mean: Pradhan et al.
2012.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from kildespor.attribution.scorer import shipped
from kildespor.sources.people import people
from training.coreference import read_brat
from training.narc import article

Mention = tuple[int, int]
Sets = list[frozenset[Mention]]
Part = tuple[float, float]
"""What is right and out of how many."""


def muc(key: Sets, response: Sets) -> Part:
    """How many of the links that hold the key's sets together the response has."""
    of = {m: i for i, s in enumerate(response) for m in s}
    right = 0
    for s in key:
        right += len(s) - len({of[m] for m in s if m in of}) - sum(m not in of for m in s)
    return right, sum(len(s) - 1 for s in key)


def b_cubed(key: Sets, response: Sets) -> Part:
    """For each mention of the key, the share of its set that the response puts with it."""
    of = {m: s for s in response for m in s}
    return sum(len(s & of.get(m, frozenset())) / len(s) for s in key for m in s), sum(len(s) for s in key)


def ceaf_e(key: Sets, response: Sets) -> Part:
    """The similarity of the best one-to-one alignment of sets."""
    if not key or not response:
        return 0.0, len(key)
    likeness = np.array([[2 * len(k & r) / (len(k) + len(r)) for r in response] for k in key])
    return float(likeness[linear_sum_assignment(-likeness)].sum()), len(key)


def f1(measure: Callable[[Sets, Sets], Part], pairs: Iterable[tuple[Sets, Sets]]) -> float:
    """The F1 of a measure over articles, each as key and response."""
    right_k = all_k = right_r = all_r = 0.0
    for key, response in pairs:
        k, n = measure(key, response)
        r, m = measure(response, key)
        right_k, all_k, right_r, all_r = right_k + k, all_k + n, right_r + r, all_r + m
    recall, precision = right_k / all_k if all_k else 0.0, right_r / all_r if all_r else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def gold_sets(path: Path, text: str) -> Sets:
    """NARC's sets on ``text``, as spans of its characters other than white space, which both tellings share."""
    annotation = read_brat(path)
    marks = {i for i, c in enumerate(annotation.text) if c == "|" and annotation.text[i + 1 : i + 2] in ("\n", "")}
    solid = np.cumsum([not c.isspace() and i not in marks for i, c in enumerate(annotation.text)])
    before = np.concatenate([[0], solid])
    sets: dict[int, set[Mention]] = {}
    for (start, end), number in zip(annotation.phrases, annotation.sets, strict=True):
        sets.setdefault(number, set()).add((int(before[start]), int(before[min(end, len(solid))])))
    return [frozenset(s) for s in sets.values()]


def read_sets(text: str) -> Sets:
    """The sets that the shipped model finds in ``text``, spans counted in the same way."""
    scorer = shipped()
    scored = scorer.score(text)
    before = np.concatenate([[0], np.cumsum([not c.isspace() for c in text])])
    words = scored.encoded.segments.words
    return [
        frozenset((int(before[words[p.start, 0]]), int(before[words[p.end - 1, 1]])) for p in s)
        for s in people(scored, scorer.tags).sets
    ]


def without_singletons(sets: Sets) -> Sets:
    return [s for s in sets if len(s) > 1]


def main(folders: Sequence[str]) -> None:
    for folder in map(Path, folders):
        pairs = []
        for path in sorted(folder.glob("*.txt")):
            text = article(path, path.stem)
            pairs.append((gold_sets(path, text), read_sets(text)))
        for name, chosen in (
            ("without singletons", [(without_singletons(k), without_singletons(r)) for k, r in pairs]),
            ("with singletons", pairs),
        ):
            figures = [f1(measure, chosen) for measure in (muc, b_cubed, ceaf_e)]
            print(f"{folder} {name}: MUC {figures[0]:.3f} B³ {figures[1]:.3f} CEAF-e {figures[2]:.3f}", end="")
            print(f" CoNLL {np.mean(figures):.3f} ({len(pairs)} articles)")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

"""Score names on the treebank with NorNE: exact spans and types.

usage: python -m evaluation.names NDT_PART…

Each NDT_PART is a folder of CoNLL files (``ndt/nob/dev``). GPE_LOC and GPE_ORG count as two types, MISC is left out, as
it is too rare to learn.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kildespor.attribution.scorer import shipped
from kildespor.sources.names import find_names
from training.corpus import read_conll
from training.narc import sentence

Typed = tuple[int, int, str]


def gold_names(tags: Sequence[str], starts: Sequence[int], ends: Sequence[int]) -> Iterator[Typed]:
    """The names of a run of BIO tags as (start, end, type) of characters."""
    at = 0
    while at < len(tags):
        if not tags[at].startswith("B-"):
            at += 1
            continue
        first = at
        at += 1
        while at < len(tags) and tags[at] == f"I-{tags[first][2:]}":
            at += 1
        yield starts[first], ends[at - 1], tags[first][2:]


def score_part(folder: Path) -> dict[str, tuple[int, int, int]]:
    """For each type and "all": how many names are right, found and there to find."""
    counts = {"right": Counter[str](), "found": Counter[str](), "gold": Counter[str]()}
    scorer = shipped()
    for path in sorted(folder.glob("*.conll")):
        tokens = [[t for t in s if t[0] != "|"] for s in read_conll(path)]
        text = "\n".join(sentence([t[0] for t in s]) for s in tokens)
        flat = [t for s in tokens for t in s]
        lengths = [len("".join(t[0].split())) for t in flat]
        ends = np.cumsum(lengths).tolist()
        starts = [e - n for e, n in zip(ends, lengths, strict=True)]
        gold = set(gold_names([t[4] for t in flat], starts, ends))
        gold = {g for g in gold if g[2] != "MISC"}
        scored = scorer.score(text)
        before = np.concatenate([[0], np.cumsum([not c.isspace() for c in text])])
        words = scored.encoded.segments.words
        found = {
            (int(before[words[n.start, 0]]), int(before[words[n.end - 1, 1]]), n.type)
            for n in find_names(scored, scorer.tags)
        }
        for name, names in (("right", gold & found), ("found", found), ("gold", gold)):
            counts[name].update(n[2] for n in names)
            counts[name]["all"] += len(names)
    return {t: (counts["right"][t], counts["found"][t], counts["gold"][t]) for t in counts["gold"]}


def main(folders: Sequence[str]) -> None:
    for folder in map(Path, folders):
        for kind, (right, found, gold) in sorted(score_part(folder).items(), key=lambda item: -item[1][2]):
            precision, recall = right / found if found else 0.0, right / gold
            mean = 2 * precision * recall / (precision + recall) if right else 0.0
            print(f"{folder} {kind:8} P {precision:.3f} R {recall:.3f} F1 {mean:.3f} (n={gold})")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1:])

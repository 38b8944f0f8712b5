"""Fit the ranking that says who a source is, on annotated articles.

usage: python -m training.ranking OUT GOLD_DIR… [--without LIST]

Reads the articles of each GOLD_DIR with the shipped model, all but those named in the file LIST, follows the choices
that their attributions leave open, and fits for each kind of source the weights under which a right candidate is most
probable. The choices of one attribution are the evidence of the next: the first round follows the annotation, each
later one the weights of the round before. Prints the share of right choices in each fifth of the articles by a fit on
the others, and writes the weights to OUT (JSON).
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kildespor.attribution.attribute import Found, attribute
from kildespor.attribution.scorer import shipped
from kildespor.evaluation.gold import read_comparisons
from kildespor.evaluation.matching import match, same_entity
from kildespor.sources.entity import Resolver
from kildespor.sources.evidence import Features
from kildespor.sources.people import People, people
from kildespor.sources.phrases import head_noun, same_noun
from kildespor.sources.ranking import Ranking
from kildespor.sources.register import shipped_register

Floats = NDArray[np.float64]

ROUNDS = 3
STEPS, RATE = 400, 0.05
PENALTY = 3.0
"""Ridge penalty on the weights of features scaled to spread 1, in units of choices."""
KINDS = ("quote", "pronoun", "phrase")


class Annotated(NamedTuple):
    """An article read by the model, and the annotated entity of each attribution found that is in the annotation."""

    found: tuple[Found, ...]
    who: People
    language: str
    entities: dict[int, str | None]


class Row(NamedTuple):
    """One choice: the kind of source, the features of each candidate, and which of them the annotation has."""

    kind: str
    candidates: Sequence[Features]
    right: Sequence[bool]


def rows(article: Annotated, ranking: Ranking | None) -> Iterator[Row]:
    """The choices of an article as ``ranking`` goes through them; without one, as the annotation does."""
    found, who, language, gold = article
    resolver = Resolver(found, who, language, shipped_register())  # type: ignore[arg-type]
    entities: list[str | None] = [None] * len(found)
    for choice in resolver.choices(entities):
        right = [choice.at in gold and is_right(gold[choice.at], r.name) for r in choice.candidates]
        followed = right.index(True) if ranking is None and any(right) else None
        if followed is None:
            followed = (ranking or Ranking({})).best(choice.kind, choice.evidence)
        entities[choice.at] = choice.candidates[followed].name
        if choice.at in gold:
            yield Row(choice.kind, choice.evidence, right)


def is_right(gold: str | None, name: str) -> bool:
    """Whether ``name`` is the annotated entity, and not only where that is ("Dublin" of "gjester i Dublin")."""
    if gold is None or not same_entity(gold, name):
        return False
    return any(same_noun(head_noun(gold), part) for w in name.casefold().split() for part in (w, *w.split("-")))


def fit(choices: Iterable[Row]) -> Ranking:
    """The weights under which right candidates are most probable; choices without a right one teach nothing."""
    each = [row for row in choices if any(row.right)]
    return Ranking({kind: _fit([row for row in each if row.kind == kind]) for kind in KINDS})


def _fit(choices: Sequence[Row]) -> dict[str, float]:
    """A conditional logit (McFadden 1974) in which any right candidate will do, by Adam (Kingma and Ba 2015)."""
    names = sorted({name for row in choices for c in row.candidates for name in c})
    column = {name: i for i, name in enumerate(names)}
    sizes = [len(row.candidates) for row in choices]
    x = np.zeros((sum(sizes), len(names)))
    for i, candidate in enumerate(c for row in choices for c in row.candidates):
        for name, value in candidate.items():
            x[i, column[name]] = value
    right = np.array([r for row in choices for r in row.right], float)
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    x /= spread
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if sizes else np.zeros(0, int)
    row_of = np.repeat(np.arange(len(sizes)), sizes)
    weights, mean, square = np.zeros(len(names)), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        score = x @ weights
        score = np.exp(score - np.maximum.reduceat(score, starts)[row_of])
        all_, good = score / np.add.reduceat(score, starts)[row_of], score * right
        good = good / np.maximum(np.add.reduceat(good, starts), 1e-300)[row_of]
        gradient = (x.T @ (all_ - good) + PENALTY * weights) / len(sizes)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(w / s), 4) for name, w, s in zip(names, weights, spread, strict=True)}


def fitted(articles: Sequence[Annotated]) -> Ranking:
    """The weights after all rounds."""
    ranking: Ranking | None = None
    for _ in range(ROUNDS):
        ranking = fit(row for article in articles for row in rows(article, ranking))
    assert ranking is not None
    return ranking


def right_share(ranking: Ranking, articles: Iterable[Annotated]) -> dict[str, tuple[int, int]]:
    """For each kind of source how many choices come out right, and how many there are."""
    counts = dict.fromkeys(KINDS, (0, 0))
    for article in articles:
        for row in rows(article, ranking):
            right, n = counts[row.kind]
            counts[row.kind] = right + row.right[ranking.best(row.kind, row.candidates)], n + 1
    return counts


def annotated(folders: Sequence[Path], without: frozenset[str]) -> list[Annotated]:
    """The articles of gold folders, read by the shipped model."""
    scorer, out = shipped(), []
    for c in (c for folder in folders for c in read_comparisons(folder, folder) if c.name not in without):
        scored = scorer.score(c.text)
        found = attribute(scored, c.language)  # type: ignore[arg-type]
        pairs = match(c.gold, [f.attribution for f in found], c.text)
        gold = {j: c.gold[i].entity for i, j in pairs}
        who = people(scored, scorer.tags, shipped_register(), c.language)  # type: ignore[arg-type]
        out.append(Annotated(found, who, c.language, gold))
    return out


def main() -> None:
    arguments = sys.argv[1:]
    without: frozenset[str] = frozenset()
    if "--without" in arguments:
        at = arguments.index("--without")
        without = frozenset(Path(arguments[at + 1]).read_text().split())
        del arguments[at : at + 2]
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    articles = annotated([Path(a) for a in arguments[1:]], without)
    counts = dict.fromkeys(KINDS, (0, 0))
    for fold in range(5):
        ranking = fitted([a for i, a in enumerate(articles) if i % 5 != fold])
        for kind, (right, n) in right_share(ranking, articles[fold::5]).items():
            counts[kind] = counts[kind][0] + right, counts[kind][1] + n
    for kind, (right, n) in counts.items():
        print(f"{kind}: {right} of {n} right, {right / max(n, 1):.3f}")
    Path(arguments[0]).write_bytes(msgspec.json.format(msgspec.json.encode(fitted(articles))) + b"\n")


if __name__ == "__main__":
    main()

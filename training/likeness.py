"""Fit the scorer of "same claim?": a logistic regression over pairs of mentions of sets of stories with the truth.

    python -m training.likeness STORIES_DIR … [--out kildespor/stories/likeness.json]

It prints, story by story, what a fit on the other stories reaches (B-cubed over the gold reports of claims that several
articles report), then writes the fit on all.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.optimize import minimize

from kildespor.model import Span
from kildespor.stories.claims import FILE, Scale, groups
from kildespor.stories.folder import read_folder
from kildespor.stories.likeness import FEATURES, Floats, features
from kildespor.stories.mentions import Mention
from kildespor.stories.pieces import piece
from kildespor.stories.sense import Reading

RIDGE = 1.0
JOINS_FROM = tuple(np.arange(-2.5, 0.51, 0.1))
BEST = (0.0, 0.1, 0.2, 0.3)
RECALL = 0.8
"""What recall weighs beside precision when the threshold is chosen (F-beta, van Rijsbergen 1979): a claim taken for two
still has its sources; two taken for one seem to confirm each other."""


class Gold(Struct, frozen=True):
    """A story with the features of its pairs and its gold reports: for each its claim, its mention's number, and
    whether several articles report that claim."""

    name: str
    features: Floats
    articles: NDArray[np.int64]
    spans: tuple[Span, ...]
    reports: tuple[tuple[str, int, bool], ...]


def gold(folder: Path, readings: Sequence[Reading]) -> Gold:
    """The gold of one folder (``stories/README.md`` of the corpus tells its form), read."""
    told: list[tuple[int, Mention]] = [(k, m) for k, r in enumerate(readings) for m in r.mentions]
    truth = json.loads((folder / "story.json").read_text("utf-8"))
    number = {a["file"]: k for k, a in enumerate(json.loads((folder / "articles.json").read_text("utf-8")))}
    reports = []
    for claim in truth["claims"]:
        shared = len({r["file"] for r in claim["reports"]}) > 1
        for r in claim["reports"]:
            text = (folder / r["file"]).read_text("utf-8")
            start = text.find(r["text"])
            span = start, start + len(r["text"])
            own = [i for i, (k, _) in enumerate(told) if k == number[r["file"]]]
            reports.append((claim["id"], max(own, key=lambda i: _joint(span, told[i][1].span)), shared))
    vectors = np.concatenate([r.sense.vectors for r in readings])
    return Gold(
        folder.name,
        features([piece(readings[k].report, m) for k, m in told], vectors),
        np.array([k for k, _ in told]),
        tuple(m.span for _, m in told),
        tuple(reports),
    )


def _joint(a: Span, b: Span) -> float:
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def pairs(story: Gold) -> tuple[Floats, Floats]:
    """The features (n, 6) and labels (n,) of all pairs of gold reports that do not overlap."""
    found, labels = [], []
    for i, (claim, a, _) in enumerate(story.reports):
        for other, b, _ in story.reports[:i]:
            nested = story.articles[a] == story.articles[b] and _joint(story.spans[a], story.spans[b]) > 0
            if not nested:
                found.append(story.features[a, b])
                labels.append(claim == other)
    return np.array(found, np.float32), np.array(labels, np.float32)


def fit(stories: Sequence[Gold], joins_from: float, best: float) -> Scale:
    """The regression over the pairs of some stories; each story weighs the same."""
    each = [pairs(s) for s in stories]
    x = np.concatenate([f for f, _ in each]).astype(np.float64)
    y = np.concatenate([labels for _, labels in each]).astype(np.float64)
    weight = np.concatenate([np.full(len(labels), 1000 / len(labels)) for _, labels in each])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = (x - mean) / spread

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = z @ w[:-1] + w[-1]
        p = 1 / (1 + np.exp(-odds))
        cost = np.logaddexp(0, -odds) * y + np.logaddexp(0, odds) * (1 - y)
        slope = weight * (p - y)
        return float(weight @ cost + RIDGE * (w[:-1] ** 2).sum() / 2), np.append(
            z.T @ slope + RIDGE * w[:-1], slope.sum()
        )

    w = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True).x
    weights = w[:-1] / spread
    return Scale(
        intercept=round(float(w[-1] - weights @ mean), 4),
        weights={name: round(float(v), 4) for name, v in zip(FEATURES, weights, strict=True)},
        joins_from=joins_from,
        best=best,
    )


def b_cubed(story: Gold, scale: Scale) -> NDArray[np.float64]:
    """Sums of B-cubed precision and recall over the story's gold reports of claims of several articles, and their
    number (Bagga and Baldwin 1998)."""
    group = groups(scale.log_odds(story.features), scale)
    kept = [(claim, group[m]) for claim, m, shared in story.reports if shared]
    total = np.zeros(3)
    for claim, found in kept:
        same_found = [c for c, f in kept if f == found]
        same_gold = [f for c, f in kept if c == claim]
        both = sum(c == claim for c in same_found)
        total += both / len(same_found), both / len(same_gold), 1
    return total


def f1(total: NDArray[np.float64]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    p, r = total[0] / total[2], total[1] / total[2]
    return p, r, 2 * p * r / (p + r)


def f_beta(total: NDArray[np.float64]) -> float:
    """Precision and recall in one, with recall at the weight RECALL."""
    p, r, _ = f1(total)
    return (1 + RECALL**2) * p * r / (RECALL**2 * p + r)


def choose(stories: Sequence[Gold]) -> tuple[float, float, dict[str, tuple[float, float, float]]]:
    """The threshold and share of the best pair that do best when each story is left out of its fit, and what each story
    then reaches."""
    fits = [fit([s for s in stories if s is not left], 0, 0) for left in stories]

    def totals(joins_from: float, best: float) -> list[NDArray[np.float64]]:
        return [
            b_cubed(s, msgspec.structs.replace(f, joins_from=joins_from, best=best))
            for s, f in zip(stories, fits, strict=True)
        ]

    joins_from, best = max(
        ((j, b) for j in JOINS_FROM for b in BEST), key=lambda jb: f_beta(sum(totals(*jb), start=np.zeros(3)))
    )
    each = totals(joins_from, best)
    reached = {s.name: f1(t) for s, t in zip(stories, each, strict=True)}
    return round(float(joins_from), 2), best, reached | {"all": f1(sum(each, start=np.zeros(3)))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    args = parser.parse_args()
    stories = [gold(folder, read_folder(folder)) for folder in args.folders]
    joins_from, best, reached = choose(stories)
    for name, figures in reached.items():
        print(f"{name:8} P {figures[0]:.3f}  R {figures[1]:.3f}  F1 {figures[2]:.3f}")
    scale = fit(stories, joins_from, best)
    args.out.write_bytes(msgspec.json.format(msgspec.json.encode(scale), indent=2) + b"\n")


if __name__ == "__main__":
    main()

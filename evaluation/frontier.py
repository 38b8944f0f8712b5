"""The frontier: how right and how fast each of several models is, as a table.

usage: python -m evaluation.frontier --gold GOLD_DIR [--gold GOLD_DIR ...] [--articles N] MODEL_DIR [MODEL_DIR ...]

A model folder holds ``model.onnx`` and ``tokenizer.json``, and ``confidence.json`` where it has a fit of its own; the
shipped one is kildespor/attribution/shipped. Columns: F1 of what is found in each gold folder (in all, direct,
indirect); articles of 500 words a second, over ``N`` (default 200) files read side by side on all cores and written
as JSON Lines; milliseconds of processor time that one core takes for such an article; how much of that the network
itself takes; and how much more the whole takes than the network alone, which should stay under 25 %. Nothing else
should run on the machine meanwhile.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec

from evaluation.benchmark import WRITTEN
from kildespor.articles import article_from
from kildespor.attribution import confidence
from kildespor.attribution.scorer import OnnxScorer
from kildespor.evaluation import read_comparisons, score
from kildespor.export.json import line
from kildespor.language.encoding import Window
from kildespor.model import Article
from kildespor.reading import cores, report, side_by_side
from kildespor.sources.register import shipped_register

WORDS = 500


class Timed(OnnxScorer):
    """A scorer that knows how much processor time its network has taken in the thread that asks."""

    spent = 0.0

    def _run(self, view: Window) -> list[Any]:
        start = time.thread_time()
        outputs = super()._run(view)
        self.spent += time.thread_time() - start
        return outputs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL_DIR")
    parser.add_argument("--gold", type=Path, action="append", required=True, metavar="GOLD_DIR")
    parser.add_argument("--articles", type=int, default=200)
    options = parser.parse_args()
    found = [f"{folder.name} {what}" for folder in options.gold for what in ("found", "direct", "indirect")]
    columns = [
        "model",
        "MB",
        *found,
        f"articles/s, {cores()} cores",
        "ms an article",
        "network ms",
        "whole over network",
    ]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for folder in options.models:
        _use_confidence(folder)
        size = (folder / "model.onnx").stat().st_size / 1e6
        right = [figure for gold in options.gold for figure in _accuracy(folder, gold)]
        rate = _rate(folder, options.articles)
        whole, network = _shares(folder)
        cells = [folder.name, f"{size:.1f}", *(f"{figure:.3f}" for figure in right), f"{rate:.2f}"]
        print(f"| {' | '.join(cells)} | {whole:.0f} | {network:.0f} | {whole / network - 1:.0%} |", flush=True)


def _use_confidence(folder: Path) -> None:
    own = folder / "confidence.json"
    confidence.FILE = own if own.exists() else confidence.SHIPPED / "confidence.json"
    confidence.shipped_confidence.cache_clear()


def _accuracy(folder: Path, gold: Path) -> tuple[float, float, float]:
    scorer, register = OnnxScorer(folder, threads=1), shipped_register()
    annotated = [path for path in sorted(gold.glob("*.txt")) if path.with_suffix(".json").exists()]

    def read(path: Path) -> bytes:
        return msgspec.json.encode(report(article_from(path), scorer, register))

    with tempfile.TemporaryDirectory() as room:
        for path, encoded in zip(annotated, side_by_side(read, annotated, cores()), strict=True):
            (Path(room) / f"{path.stem}.json").write_bytes(encoded)
        figures = score(read_comparisons(gold, Path(room)))
    return figures.found.f1, figures.found_direct.f1, figures.found_indirect.f1


def _rate(folder: Path, count: int) -> float:
    """Articles of 500 words a second, in real time, files in and JSON Lines out."""
    scorer, register = OnnxScorer(folder, threads=1), shipped_register()
    paths = list(islice(cycle(sorted(WRITTEN.glob("*.txt"))), count))

    def read(path: Path) -> tuple[int, str]:
        done = report(article_from(path), scorer, register)
        return len(done.article.text.split()), line(done)

    with tempfile.TemporaryFile("w", encoding="utf-8") as out:
        _warm(scorer, [article_from(path) for path in sorted(WRITTEN.glob("*.txt"))])
        start, words = time.perf_counter(), 0
        for some, written in side_by_side(read, paths, cores()):
            words += some
            out.write(written + "\n")
        return words / WORDS / (time.perf_counter() - start)


def _shares(folder: Path) -> tuple[float, float]:
    """Milliseconds of processor time for 500 words on one core: the whole, and the network's part of it."""
    scorer, register = Timed(folder, threads=1), shipped_register()
    articles = [article_from(path) for path in sorted(WRITTEN.glob("*.txt"))]
    _warm(scorer, articles)
    scorer.spent, start = 0.0, time.thread_time()
    for article in articles:
        report(article, scorer, register)
    whole = time.thread_time() - start
    texts = sum(len(article.text.split()) for article in articles) / WORDS
    return 1000 * whole / texts, 1000 * scorer.spent / texts


def _warm(scorer: OnnxScorer, articles: Sequence[Article]) -> None:
    """Word lists and patterns are loaded on first use, which is not what an article takes."""
    for article in articles:
        report(article, scorer, shipped_register())


if __name__ == "__main__":
    main()

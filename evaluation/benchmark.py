"""How fast Kildespor reads, how soon it answers, how much memory it takes, and how its time grows with length.

usage: python -m evaluation.benchmark [ARTICLES]

Reads ARTICLES texts (default 200) from the command line as a user would, made of the articles of evaluation/written/,
and prints a plain table. Nothing else should run on the machine meanwhile. Linux only: peak memory is what the kernel
reports of each process (``ru_maxrss``).
"""

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

WRITTEN = Path(__file__).parent / "written"
KILDESPOR = Path(sys.executable).with_name("kildespor")
LENGTHS = tuple(2**power for power in range(15, 21))
"""Lengths in characters whose time is compared, up to 1 MB; shorter ones tell more of the start than of the reading."""

STARTS = 5


class Run(NamedTuple):
    """Seconds until the first output and until the end, and the most memory held at a time in MB."""

    first: float
    total: float
    peak: float


def run(*arguments: str | Path) -> Run:
    """Run the command line tool, its output thrown away. Raises SystemExit with what it says when it fails."""
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen([KILDESPOR, *arguments], stdout=subprocess.PIPE, stderr=complaints) as process,
    ):
        assert process.stdout is not None
        process.stdout.read(1)
        first = time.perf_counter() - start
        while process.stdout.read(1 << 20):
            pass
        _, status, usage = os.wait4(process.pid, 0)
        total = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        complaint = complaints.read().decode()
    if process.returncode:
        raise SystemExit(f"kildespor {' '.join(map(str, arguments[:3]))} …: {complaint}")
    return Run(first, total, usage.ru_maxrss / 1024)


def articles(folder: Path, count: int) -> Iterator[Path]:
    """``count`` files in ``folder``, each an article of evaluation/written/, in turn."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(WRITTEN.glob("*.txt"))]
    for number, text in enumerate(islice(cycle(texts), count)):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        yield path


def text_of(length: int) -> str:
    """A text of ``length`` characters: the articles one after the other, as often as it takes."""
    whole = "\n".join(path.read_text(encoding="utf-8") for path in sorted(WRITTEN.glob("*.txt")))
    return (whole * (length // len(whole) + 1))[:length]


def many(folder: Path, count: int) -> None:
    """Print the speed over many files."""
    paths = list(articles(folder, count))
    words = sum(len(path.read_text(encoding="utf-8").split()) for path in paths)
    done = run("read", *paths, "--format", "jsonl")
    print(f"many files, jsonl      {count} articles, {words} words, {done.total:.1f} s")
    print(f"  articles a second    {count / done.total:.2f} (of 500 words: {words / 500 / done.total:.2f})")
    print(f"  words a second       {words / done.total:.0f}")
    print(f"  peak memory          {done.peak:.0f} MB")


def one(folder: Path) -> None:
    """Print how soon one article is there."""
    path = next(articles(folder, 1))
    starts = [run("read", path) for _ in range(STARTS)]
    print(f"one article, text      {len(path.read_text(encoding='utf-8').split())} words, median of {STARTS}")
    print(f"  first output         {median(each.first for each in starts):.2f} s")
    print(f"  end                  {median(each.total for each in starts):.2f} s")
    print(f"  peak memory          {max(each.peak for each in starts):.0f} MB")


def growth(folder: Path) -> None:
    """Print how time grows with length, less the time that a text of one sentence takes: 1 is linear."""
    path = folder / "long.txt"
    path.write_text(text_of(100), encoding="utf-8")
    start_up = median(run("read", path, "--format", "jsonl").total for _ in range(STARTS))
    print("length                 characters   seconds   peak MB")
    points = []
    for length in LENGTHS:
        path.write_text(text_of(length), encoding="utf-8")
        done = run("read", path, "--format", "jsonl")
        points.append((math.log(length), math.log(max(done.total - start_up, 0.001))))
        print(f"                       {length:10d}  {done.total:8.2f}  {done.peak:8.0f}")
    exponent = linear_regression(*zip(*points, strict=True)).slope
    print(f"  exponent             {exponent:.2f} (time less {start_up:.2f} s of start-up; 1 is linear)")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=200, metavar="ARTICLES")
    count = parser.parse_args().articles
    print(f"machine                {platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python", end=" ")
    print(platform.python_version())
    with tempfile.TemporaryDirectory() as folder:
        one(Path(folder))
        many(Path(folder), count)
        growth(Path(folder))


if __name__ == "__main__":
    main()

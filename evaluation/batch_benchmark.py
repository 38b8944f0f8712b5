"""What a collection costs: the figures of docs/scale.md.

usage: python -m evaluation.batch_benchmark [ARTICLES]

Reads ARTICLES texts (default 200, those of evaluation/written/ in turn, so that the tables compress better than those
of as many different ones) from one file of JSON Lines into tables, in processes, one a core, and the same in threads of
one process; unpacks made-up pages from a WARC file; plans a large file of JSON Lines. Times are reckoned to articles
of 500 words. Nothing else should run on the machine meanwhile. Linux only.
"""

import argparse
import gzip
import json
import resource
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from evaluation.benchmark import WRITTEN
from kildespor.articles import articles_in
from kildespor.attribution.scorer import shipped
from kildespor.batch import batch
from kildespor.batch.plan import plan
from kildespor.model import Article
from kildespor.reading import cores, report, side_by_side
from kildespor.sources.register import shipped_register

WORDS = 500
LARGE = 300_000_000
"""Bytes of the file that is only planned."""
PAGES, TEASERS = 60, 350
"""Pages in the WARC file, and links to other articles on each, as on a page of a newspaper."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=200, metavar="ARTICLES")
    count = parser.parse_args().articles
    texts = [path.read_text(encoding="utf-8") for path in sorted(WRITTEN.glob("*.txt"))]
    taken = list(islice(cycle(texts), count))
    reckoned = sum(len(text.split()) for text in taken) / WORDS
    with tempfile.TemporaryDirectory() as room:
        source = Path(room) / "articles.jsonl"
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in taken), encoding="utf-8")
        # Before this process has grown: what the kernel says of a child's peak is never less than its parent had then.
        in_processes(source, Path(room) / "tables", reckoned)
        in_threads(source, reckoned)
        unpacking(Path(room) / "pages.warc.gz", texts)
        planning(Path(room) / "large.jsonl", texts[0])


def in_processes(source: Path, out: Path, reckoned: float) -> None:
    """Print what ``kildespor batch`` takes, start-up of the workers included."""
    start = time.perf_counter()
    summary = batch([source], out)
    taken = time.perf_counter() - start
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    print(f"processes              {summary.rows['articles']} articles, {cores()} workers, {taken:.1f} s")
    print(f"  articles a second    {reckoned / taken:.2f}")
    print(f"  of one core          {1000 * (below.ru_utime + below.ru_stime) / reckoned:.0f} ms an article")
    print(f"  peak memory          {below.ru_maxrss / 1024:.0f} MB a worker")
    print(f"  tables               {size / reckoned / 1000:.1f} kB an article, {summary.parts} parts")


def in_threads(source: Path, reckoned: float) -> None:
    """Print what the reading alone takes in threads of one process."""
    scorer, register = shipped(threads=1), shipped_register()

    def read(article: Article) -> None:
        report(article, scorer, register)

    articles = [each for each in articles_in(source) if isinstance(each, Article)]
    for article in articles[: len(list(WRITTEN.glob("*.txt")))]:
        read(article)
    start = time.perf_counter()
    for _ in side_by_side(read, articles, cores()):
        pass
    print(f"threads                {reckoned / (time.perf_counter() - start):.2f} articles a second, nothing written")


def unpacking(path: Path, texts: list[str]) -> None:
    """Print what an article costs that has to be found in a page first."""
    pages = [_page(number, text) for number, text in enumerate(islice(cycle(texts), PAGES))]
    path.write_bytes(b"".join(gzip.compress(_record(number, page)) for number, page in enumerate(pages)))
    list(articles_in(path))
    start = time.process_time()
    found = sum(isinstance(each, Article) for each in articles_in(path))
    taken = 1000 * (time.process_time() - start) / PAGES
    print(
        f"WARC                   {taken:.1f} ms a page of {sum(map(len, pages)) / PAGES / 1000:.0f} kB, {found} found"
    )


def planning(path: Path, text: str) -> None:
    """Print what it costs to find the lines of a large file."""
    line = (json.dumps({"text": text}) + "\n").encode()
    path.write_bytes(line * (LARGE // len(line)))
    start = time.process_time()
    parts = sum(1 for _ in plan([path], {}))
    taken = time.process_time() - start
    print(f"planning               {taken * 1e9 / path.stat().st_size:.2f} s a GB of JSON Lines, {parts} parts")


def _page(number: int, text: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
    links = (f'<li><a href="/{number}/{n}">Les også sak nummer {n} om noe annet</a></li>' for n in range(TEASERS))
    script = ",".join(f'"k{n}":{n}' for n in range(3000))
    return (
        f"<!doctype html><html><head><title>Sak {number}</title><script>var a={{{script}}};</script></head><body>"
        f"<nav><ul>{''.join(links)}</ul></nav><article><h1>Sak {number}</h1>{paragraphs}</article></body></html>"
    ).encode()


def _record(number: int, page: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:08}-0000-4000-8000-000000000000>\r\n"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nWARC-Target-URI: https://avis.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


if __name__ == "__main__":
    main()

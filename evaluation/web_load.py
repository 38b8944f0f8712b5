"""How fast the server answers: 4 users who read articles of 500 words, and 50 who look at pages of
the archive, a second each.

    python -m evaluation.web_load [--articles 40] [--requests 1000]

Starts ``kildespor serve`` on a port of this machine with an archive of made-up articles, asks it, and prints for each
kind of request the median, the 95th percentile and the bound that it must keep. Exits with 1 when one does not.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import msgspec
import urllib3

READERS, VISITORS = 4, 50
READ_WITHIN, SHOWN_WITHIN = 2.0, 0.3
"""Seconds that 95 in 100 readings and pages may take."""

WORDS = 500
PAUSE = 1.0
"""Seconds for which a visitor looks at a page before asking for the next."""

RESENT = 2
"""How often a request is sent again whose kept connection the server has closed meanwhile."""

KEPT = 200
"""Articles in the archive."""

FOLDER = Path(__file__).parent / "written"


def article(number: int) -> str:
    """About 500 words of the invented articles, cut differently for each number so that no two are the same."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("nob__*.txt"))]
    paragraphs = [part for text in texts for part in text.split("\n\n")]
    kept, words = [f"Sak nummer {number}"], 0
    for paragraph in islice(cycle(paragraphs), number * 7 % len(paragraphs), None):
        kept.append(paragraph)
        words += len(paragraph.split())
        if words >= WORDS:
            return "\n\n".join(kept)
    raise AssertionError("a cycle has no end")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server with an empty archive, and its address."""
    command = [sys.executable, "-m", "kildespor.cli", "serve", "--port", "0", "--rate", "1000000", "--lang", "en"]
    command += ["--archive", str(folder / "load.db")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    try:
        assert process.stdout
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        assert found, "the server did not start"
        urllib3.PoolManager(retries=urllib3.Retry(10, backoff_factor=0.3)).request("GET", found[0])
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def timed(ask: Callable[[int], None], users: int, total: int, pause: float = 0.0) -> list[float]:
    """The seconds that each of ``total`` requests took when each of ``users`` asks for the next after a pause."""

    def one(number: int) -> float:
        # The first requests must not all come in the same moment.
        time.sleep(pause * (number % users) / users if number < users else pause)
        started = time.perf_counter()
        ask(number)
        return time.perf_counter() - started

    with ThreadPoolExecutor(users) as pool:
        return list(pool.map(one, range(total)))


def told(name: str, seconds: list[float], within: float) -> bool:
    """Print a line; return whether the bound is kept."""
    slow = quantiles(seconds, n=20)[-1]
    print(
        f"{name:34} n={len(seconds):5}  median {median(seconds):6.3f} s  p95 {slow:6.3f} s  (bound {within} s)",
        flush=True,
    )
    return slow < within


def main() -> int:
    """Measure and print; 0 when every bound is kept."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=40, help="articles read, by 4 users at once")
    options.add_argument("--kept", type=int, default=KEPT, help="articles in the archive")
    options.add_argument("--requests", type=int, default=1000, help="pages shown, to 50 users at once")
    chosen = options.parse_args()
    pool = urllib3.PoolManager(maxsize=VISITORS, timeout=60, retries=RESENT)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:

        def call(name: str, number: int) -> msgspec.Raw:
            body = msgspec.json.encode({"source": article(number), "outlet": f"Avis {number % 7}"})
            answer = pool.request(
                "POST", f"{address}/api/{name}", body=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status == 200, answer.data
            return msgspec.Raw(answer.data)

        def read(number: int) -> None:
            call("read", number)

        def show(number: int) -> None:
            answer = pool.request("GET", address + pages[number % len(pages)])
            assert answer.status == 200, answer.data

        for number in range(2 * READERS):
            read(number)
        seconds = timed(read, READERS, chosen.articles)
        in_time = told(f"{READERS} users, {WORDS} words read", seconds, READ_WITHIN)
        ids = [msgspec.json.decode(call("add", number))["article"] for number in range(chosen.kept)]
        pages = [f"/article/{one}" for one in ids]
        pages += [f"/outlet?name={quote(f'Avis {n}')}" for n in range(7)]
        pages += [f"/search?words={word}" for word in ("politi*", "skip", "regjeringen", "sier")]
        pages += [f"/source?name={name}" for name in ("NTB", "politiet", "Reuters")]
        pages += ["/stories", "/api/search?words=skip", "/api/outlet?name=Avis%201"]
        # The first to ask for stories waits until all articles have been placed in them.
        show(pages.index("/stories"))
        seconds = timed(show, VISITORS, chosen.requests, PAUSE)
        in_time &= told(f"{VISITORS} users, pages of the archive", seconds, SHOWN_WITHIN)
    return 0 if in_time else 1


if __name__ == "__main__":
    sys.exit(main())

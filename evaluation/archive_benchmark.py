"""How fast an archive takes articles in, and how soon a large one answers.

usage: python -m evaluation.archive_benchmark adding [--archive ADDRESS | --postgresql] [--articles 500]
       python -m evaluation.archive_benchmark searching [--archive ADDRESS | --postgresql] [--attributions 1000000]

*adding* reads the articles of evaluation/written/, each made another by its number, once without and once with an
archive. *searching* fills the archive with reports made up by chance (words, names and outlets as unequally frequent as
in language, by Zipf's law), stored without reading, and asks each kind of question several times, warm. An archive that
already holds as many is not filled again. ``--postgresql`` starts a server of its own. Nothing else should run.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import accumulate, cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
from sqlalchemy import Connection, func, select

from kildespor import read_many
from kildespor.archive import Archive, store, tables
from kildespor.archive.database import Database
from kildespor.model import Article, Attribution, Relay, Report, Source, SourceType, Span, Why

WRITTEN = Path(__file__).parent / "written"

PER_ARTICLE = 25
"""Attributions in a made-up article; in evaluation/written/ it is 23."""

VOCABULARY, PERSONS, OUTLETS = 50_000, 20_000, 60
AGENCIES = (("NTB", "ntb"), ("Reuters", "reuters"), ("TASS", "tass"), ("AFP", "afp"))
TOGETHER = 500
"""Reports stored in one transaction, to be done sooner; ``add`` stores them one by one."""

TURNS = 10
"""Parts in which adding is measured, since a machine is not equally fast all the time."""

DRAWS = 15
"""Questions of each kind."""


class Zipf:
    """Things drawn with a frequency in inverse proportion to their rank."""

    def __init__(self, things: list[str]) -> None:
        self.things = things
        self._weights = list(accumulate(1 / rank for rank in range(1, len(things) + 1)))

    def draw(self, by: random.Random, k: int) -> list[str]:
        return by.choices(self.things, cum_weights=self._weights, k=k)

    def around(self, by: random.Random, first: int, last: int) -> str:
        """One whose rank is between the two."""
        return self.things[by.randrange(first, last)]


class World:
    """Whom and what made-up reports speak of; the same at every run."""

    def __init__(self) -> None:
        by = random.Random(1)
        syllables = [c + v + e for c in "bdfghjklmnprstv" for v in "aeiouyæøå" for e in ("", "n", "r", "s")]
        words = dict.fromkeys("".join(by.choices(syllables, k=by.randrange(1, 5))) for _ in range(4 * VOCABULARY))
        self.words = Zipf(list(words)[:VOCABULARY])
        names = [word.capitalize() for word in self.words.things]
        self.persons = Zipf([f"{by.choice(names[:2000])} {by.choice(names[2000:9000])}" for _ in range(PERSONS)])
        self.outlets = Zipf([f"{name}posten" for name in names[9000 : 9000 + OUTLETS]])

    def report(self, number: int) -> Report:
        """One made-up report."""
        by = random.Random(number)
        pieces: list[str] = []
        sources: dict[str, Source] = {}
        attributions = [self._attribution(by, n, pieces, sources) for n in range(PER_ARTICLE)]
        article = Article(
            id=str(number),
            text="".join(pieces),
            title=" ".join(self.words.draw(by, 7)),
            outlet=self.outlets.draw(by, 1)[0],
            url=f"https://example.org/{number}",
            published=f"{by.randrange(1997, 2027)}-{by.randrange(1, 13):02}-{by.randrange(1, 29):02}",
            language="nob",
        )
        return Report(
            model="made up", article=article, attributions=tuple(attributions), sources=tuple(sources.values())
        )

    def _attribution(self, by: random.Random, n: int, pieces: list[str], sources: dict[str, Source]) -> Attribution:
        name, outlet, (agency, register) = self.persons.draw(by, 1)[0], self.outlets.draw(by, 1)[0], by.choice(AGENCIES)
        cue = _put(pieces, by.choice(("sier", "mener", "hevder", "opplyser")))
        content = _put(pieces, " ".join(self.words.draw(by, by.randrange(6, 25))))
        relay = by.random()
        passed: tuple[Relay, ...]
        if relay < 0.1:
            passed = (Relay(source=(), cue=(), entity=agency, source_id=_source(sources, agency, "agency", register)),)
        elif relay < 0.17:
            passed = (Relay(source=(), cue=(), entity=outlet, source_id=_source(sources, outlet, "outlet", None)),)
        else:
            passed = ()
        stated = by.random() < 0.9
        return Attribution(
            id=f"a{n + 1}",
            content=(content,),
            cue=(cue,),
            source=(_put(pieces, name),) if stated else (),
            entity=name if stated else None,
            source_id=_source(sources, name, "person", None) if stated else None,
            source_kind="named" if stated else "unstated",
            kind=by.choices(("direct", "indirect", "mixed"), (40, 55, 5))[0],
            act=by.choices(("say", "think", "ask", "promise", "show"), (80, 9, 5, 3, 3))[0],
            hearsay=(cue,) if by.random() < 0.1 else (),
            relays=passed,
            confidence=round(by.random(), 2),
            why=Why(anchor="cue", by="model", score=0.5),
        )


def _put(pieces: list[str], words: str) -> Span:
    start = sum(map(len, pieces))
    pieces.append(words + " ")
    return start, start + len(words)


def _source(sources: dict[str, Source], name: str, type_: SourceType, register: str | None) -> str:
    key = f"s{len(sources) + 1}"
    return sources.setdefault(name, Source(id=key, name=name, type=type_, mentions=(), register=register)).id


def fill(address: str, world: World, attributions: int) -> None:
    """Fill the archive up to so many attributions."""
    database = Database(address, 30)
    counted = select(func.count()).select_from(tables.versions)
    there = database.work(lambda connection: connection.scalar(counted), writing=False) or 0
    start = time.perf_counter()
    wanted = attributions // PER_ARTICLE
    for first in range(there, wanted, TOGETHER):
        reports = [world.report(number) for number in range(first, min(first + TOGETHER, wanted))]
        database.work(partial(_add_all, reports))
    if database.postgresql:
        # What the server's own autovacuum does a minute later.
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    print(f"filled with {max(0, wanted - there)} articles in {time.perf_counter() - start:.0f} s")
    database.close()


def _add_all(reports: list[Report], connection: Connection) -> None:
    for report in reports:
        store.add(connection, report, "made up")


def questions(world: World, by: random.Random) -> dict[str, dict[str, Any]]:
    """One question of each kind. The rank of a word gives its frequency: that of rank 1 is in three contents of four,
    that of rank 20 in one of 16, that of rank 1000 in one of 760."""
    word, name = world.words.around, world.persons.around(by, 0, 2000).split()
    return {
        "rare word": {"words": word(by, 5000, 40_000)},
        "word": {"words": word(by, 200, 5000)},
        "common word": {"words": word(by, 5, 100)},
        "most common word": {"words": word(by, 0, 3)},
        "two words": {"words": f"{word(by, 5, 100)} {word(by, 100, 1000)}"},
        "beginning of a word": {"words": f"{word(by, 200, 5000)}*"},
        "two words together": {"words": f'"{word(by, 0, 20)} {word(by, 0, 20)}"'},
        "word, best first": {"words": word(by, 200, 5000), "order": "best"},
        "common word, best first": {"words": word(by, 5, 100), "order": "best"},
        "word in the article": {"words": word(by, 200, 5000), "within": "article"},
        "common word in the article": {"words": word(by, 5, 100), "within": "article"},
        "word in the article, best first": {"words": word(by, 200, 5000), "within": "article", "order": "best"},
        "source": {"source": " ".join(name)},
        "surname": {"source": name[1]},
        "source and word": {"source": name[1], "words": word(by, 0, 50)},
        "relay": {"relay": world.outlets.around(by, 0, OUTLETS)},
        "agency as relay": {"relay": by.choice(AGENCIES)[0]},
        "outlet": {"outlet": world.outlets.around(by, 0, OUTLETS)},
        "outlet and word": {"outlet": world.outlets.around(by, 0, OUTLETS), "words": word(by, 5, 1000)},
        "kind and act": {"kind": "mixed", "act": by.choice(("promise", "ask", "show"))},
        "hearsay": {"hearsay": True, "outlet": world.outlets.around(by, 0, OUTLETS)},
        "control": {"control": by.choice(("state", "private"))},
        "hearsay of a state's media": {"control": "state", "hearsay": True},
        "month": {"since": "2011-03", "until": "2011-03"},
        "month and word": {"since": "2011-03", "until": "2011-03", "words": word(by, 5, 1000)},
        "far page": {"words": word(by, 5, 1000), "offset": 200},
    }


def search(address: str, attributions: int) -> None:
    """Print how soon the archive answers each kind of question."""
    world = World()
    fill(address, world, attributions)
    by = random.Random(2)
    asked = [questions(world, by) for _ in range(DRAWS)]
    times: dict[str, list[float]] = {}
    with Archive.open(address) as archive:
        for one in asked:
            for kind, question in one.items():
                archive.search(**question)
                times.setdefault(kind, []).append(_seconds(partial(archive.search, **question)))
        names = [question["source"]["source"] for question in asked]
        outlets = [question["outlet"]["outlet"] for question in asked]
        figures = {
            "source figures": [_seconds(partial(archive.source, name)) for name in names],
            "outlet figures": [_seconds(partial(archive.outlet, name)) for name in outlets],
        }
    for kind, seconds in times.items():
        _row(kind, seconds)
    _row("all searches", [second for seconds in times.values() for second in seconds])
    for kind, seconds in figures.items():
        _row(kind, seconds)


def _row(name: str, seconds: list[float]) -> None:
    ninety_fifth = quantiles(seconds, n=20)[-1]
    print(f"{name:34} median {1000 * median(seconds):7.1f} ms   95 % {1000 * ninety_fifth:7.1f} ms", flush=True)


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def add(address: str, count: int) -> None:
    """Print the rate of reading and that of reading into the archive, taken by turns, now the one first and now the
    other, and by how many per cent the second is slower."""
    texts = cycle([path.read_text(encoding="utf-8") for path in sorted(WRITTEN.glob("*.txt"))])
    read, added, known = 0.0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder, Archive.open(address) as archive:
        for number in range(TURNS):
            paths = [Path(folder) / f"{number}-{n}.txt" for n in range(count // TURNS)]
            for path, written in zip(paths, texts, strict=False):
                path.write_text(f"{written}\nSak {path.stem}.\n", encoding="utf-8")
            if not number:
                # The first reading loads the model.
                list(read_many(paths[:2]))
            if number % 2:
                read += _seconds(partial(_exhaust, read_many, paths))
                added += _seconds(partial(_exhaust, archive.add_many, paths))
            else:
                added += _seconds(partial(_exhaust, archive.add_many, paths))
                read += _seconds(partial(_exhaust, read_many, paths))
            known += _seconds(partial(_exhaust, archive.add_many, paths))
    total = TURNS * (count // TURNS)
    print(f"read        {total / read:8.1f} articles/s")
    print(f"add         {total / added:8.1f} articles/s, {100 * (1 - read / added):.1f} % slower than read")
    print(f"add, known  {total / known:8.1f} articles/s")


def _exhaust(take: Callable[[list[Path]], Iterator[object]], paths: list[Path]) -> None:
    for _ in take(paths):
        pass


@contextmanager
def server() -> Iterator[str]:
    """The address of a fresh database on a server that runs meanwhile."""
    from tests.archive.postgresql import Server

    running = Server()
    try:
        yield running.database()
    finally:
        running.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("adding", "searching"))
    parser.add_argument("--archive")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--attributions", type=int, default=1_000_000)
    given = parser.parse_args()

    def measure(address: str) -> None:
        if given.what == "adding":
            add(address, given.articles)
        else:
            search(address, given.attributions)

    if given.postgresql:
        with server() as address:
            measure(address)
    elif given.archive:
        measure(given.archive)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(str(Path(folder) / "archive.db"))


if __name__ == "__main__":
    main()

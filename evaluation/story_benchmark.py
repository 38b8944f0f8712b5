"""How long it takes to place a new article in its story when the archive is large.

usage: python -m evaluation.story_benchmark [--articles 1000 10000 100000] [--archive ADDRESS] [--new 200]

The archive is filled with articles made up by chance, stored and placed without reading: events with names and a vector
of their own, told by one to twelve articles within three days, in words as unequally frequent as in language (Zipf's
law); a year of them, however many. At each size new articles, half of them of events that the archive has, are placed,
and the median and the 95th percentile of the time that takes are printed, with how many joined the right story and the
memory of the process. Nothing else should run.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sqlalchemy import Connection, insert

from evaluation.archive_benchmark import Zipf
from kildespor.archive import placing
from kildespor.archive.database import Database
from kildespor.archive.story_tables import placed, story_keys
from kildespor.archive.tables import articles, versions
from kildespor.model import Article, Report
from kildespor.stories.keys import copy_keys, term_keys, vector_keys

START = datetime(2026, 1, 1)
YEAR = 365 * 24 * 60
WORDS, NAMES = 50_000, 20_000
LARGEST_EVENT = 12
SPREAD = 0.5
"""How far the vectors of an event's articles stand from the event's own, in its lengths."""
TOGETHER = 500


class Event(Struct, frozen=True):
    """What articles tell of: its number, minute of the year, names and vector."""

    number: int
    minute: int
    names: tuple[str, ...]
    vector: NDArray[np.float32]


class Made(Struct, frozen=True):
    """A made-up article, ready to be placed."""

    event: Event
    report: Report
    vector: NDArray[np.float32]
    time: datetime


class World:
    """Makes up events and their articles, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self._by = random.Random(seed)
        self._draw = np.random.default_rng(seed)
        self._words = Zipf([_word(self._by) for _ in range(WORDS)])
        self._names = Zipf([_word(self._by).capitalize() for _ in range(NAMES)])
        self._made = 0

    def articles(self) -> Iterator[Made]:
        """Articles without end, event by event."""
        number = 0
        while True:
            event = self.event(number)
            number += 1
            for _ in range(self._by.choice((1, 1, 1, 2, 2, 3, 4, 6, 8, LARGEST_EVENT))):
                yield self.article(event)

    def event(self, number: int) -> Event:
        """A new event: two names that it alone has, four that others have too."""
        own = tuple(_word(self._by).capitalize() for _ in range(2))
        vector = self._draw.standard_normal(128)
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        return Event(number, self._by.randrange(YEAR), (*own, *self._names.draw(self._by, 4)), unit)

    def article(self, event: Event) -> Made:
        """One more article of an event."""
        self._made += 1
        sentences = [
            " ".join([*self._words.draw(self._by, 12), self._by.choice(event.names), *self._words.draw(self._by, 4)])
            for _ in range(20)
        ]
        text = ". ".join(s[0].upper() + s[1:] for s in sentences) + "."
        noise = self._draw.standard_normal(128) / np.sqrt(128)
        vector = event.vector + SPREAD * noise
        made = Article(id=f"{self._made:020x}", text=text, outlet=f"Avis {self._made % 60}", language="nob")
        return Made(
            event,
            Report(model="none", article=made, attributions=()),
            (vector / np.linalg.norm(vector)).astype(np.float32),
            START + timedelta(minutes=event.minute + self._by.randrange(3 * 24 * 60)),
        )


def _word(by: random.Random) -> str:
    return "".join(by.choice("bdfgklmnprstv") + by.choice("aeiouyøå") for _ in range(by.randint(2, 5)))


def fill(connection: Connection, some: Sequence[Made], first_of: dict[int, int], next_id: int) -> None:
    """Store made-up articles as placed in the stories of their events; ``first_of`` are the stories by event."""
    keys, rows, stored = [], [], []
    for id_, made in enumerate(some, next_id):
        story = first_of.setdefault(made.event.number, id_)
        stored.append(_version(id_, made))
        rows.append(
            {"version_id": id_, "story": story, "time": made.time, "tie": 1.0, "vector": placing.packed(made.vector)}
        )
        own = {*term_keys(made.report), *copy_keys(made.report), *vector_keys(made.vector)}
        keys += [{"key": key, "time": made.time, "version_id": id_} for key in own]
    connection.execute(insert(articles), [{"id": row["id"], "key": f"benchmark {row['id']}"} for row in stored])
    connection.execute(insert(versions), stored)
    connection.execute(insert(placed), rows)
    connection.execute(insert(story_keys), keys)


def _version(id_: int, made: Made) -> dict[str, object]:
    return {
        "id": id_,
        "article_id": id_,
        "number": 1,
        "current": True,
        "digest": f"benchmark{id_}",
        "came_from": "benchmark",
        "added": START,
        "time": made.time,
        "credit": "",
        "own_voice": 0,
        "model": "none",
        "report": "",
        "outlet": made.report.article.outlet,
    }


def measure(database: Database, new: Sequence[Made], first_of: dict[int, int], next_id: int) -> tuple[list[float], int]:
    """Place each new article, and return the seconds each took and how many joined (or began) the right story."""
    seconds, right = [], 0
    for id_, made in enumerate(new, next_id):

        def store(connection: Connection, id_: int = id_, made: Made = made) -> None:
            connection.execute(insert(articles), [{"id": id_, "key": f"benchmark {id_}"}])
            connection.execute(insert(versions), [_version(id_, made)])

        def place(connection: Connection, id_: int = id_, made: Made = made) -> placing.Placing:
            return placing.place(connection, id_, made.report, made.vector, made.time)

        database.work(store)
        start = time.perf_counter()
        result = database.work(place)
        seconds.append(time.perf_counter() - start)
        right += result.story == first_of.setdefault(made.event.number, id_)
    return seconds, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--archive")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(args.archive or Path(folder) / "stories.db", 30)
        world, first_of, next_id = World(1), dict[int, int](), 1
        coming = world.articles()
        known: list[Event] = []
        print("articles   median ms   95 % ms   right   MB in memory")
        for size in args.articles:
            while next_id <= size:
                some = list(islice(coming, min(TOGETHER, size + 1 - next_id)))
                database.work(lambda c, some=some, at=next_id: fill(c, some, first_of, at))  # type: ignore[misc]
                known += [made.event for made in some[:: TOGETHER // 10]]
                next_id += len(some)
            half = args.new // 2
            new = [world.article(e) for e in random.Random(size).choices(known, k=half)]
            new += [world.article(world.event(-next_id - n)) for n in range(args.new - half)]
            seconds, right = measure(database, new, first_of, next_id)
            next_id += len(new)
            late = quantiles(seconds, n=20)[-1]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:8} {1000 * median(seconds):11.1f} {1000 * late:9.1f} {right:4}/{len(new)} {memory:10.0f}")
        database.close()


if __name__ == "__main__":
    main()

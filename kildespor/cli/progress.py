"""How far a long run has come: a bar on standard error with the rate and what is left, if that is a terminal."""

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from kildespor.messages import Words

T = TypeVar("T")

RECENT = 30.0
"""Seconds over which the rate is taken: what is known already passes much faster than what is read."""


class Step(Protocol):
    """To be called when something is done: ``done`` of the total is then behind, by default all that is counted;
    ``articles`` more are."""

    def __call__(self, done: float | None = None, articles: int = 1) -> None: ...


@contextmanager
def progress(total: float | None, words: Words, *, shown: bool = True) -> Iterator[Step]:
    """Show how far a run has come, in any unit, ``total`` being all of it; None where nobody knows."""
    if not shown or not sys.stderr.isatty():
        yield lambda done=None, articles=1: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    known = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn()) if total is not None else ()
    columns = (*known, TextColumn("{task.description}"))
    # Lines for the same terminal have to go past the bar.
    output = Console(stderr=True)
    with Progress(*columns, console=output, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task, rate = bar.add_task("", total=total), _Rate()

        def step(done: float | None = None, articles: int = 1) -> None:
            rate.add(articles)
            counted = words("progress.articles", n=rate.counted, rate=f"{rate.now():.1f}")
            bar.update(task, completed=rate.counted if done is None else done, description=counted)

        yield step


def stepping(things: Iterable[T], step: Step) -> Iterator[T]:
    """The things, a step each once what follows has been asked for, and so the one before is done."""
    for thing in things:
        yield thing
        step()


class _Rate:
    """How many a second, of late."""

    def __init__(self) -> None:
        self.counted = 0
        self._marks = deque([(time.monotonic(), 0)])

    def add(self, articles: int) -> None:
        now = time.monotonic()
        self.counted += articles
        # One mark a second will do, however many articles pass in it.
        if now - self._marks[-1][0] >= 1.0:
            self._marks.append((now, self.counted))
        while len(self._marks) > 1 and now - self._marks[1][0] > RECENT:
            self._marks.popleft()

    def now(self) -> float:
        since, counted = self._marks[0]
        return (self.counted - counted) / max(time.monotonic() - since, 0.001)

"""The parts of a job shared out to processes of this machine.

Processes, not threads: outside the network, which runs beside other threads, an article takes Python some fifty
milliseconds, in which no other thread of the process gets on.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from kildespor.batch.plan import Part
from kildespor.batch.tables import Done
from kildespor.batch.work import Job, Worker
from kildespor.errors import KildesporError

LOOK = 0.5
"""Seconds between one look and the next at how far the workers have come."""
AHEAD = 2
"""Parts in hand for each worker, so that none waits."""

_worker: Worker
_count: Any


def read_here(
    out: Path, job: Job, parts: Iterable[Part], workers: int, tell: Callable[[int], object]
) -> Iterator[Done]:
    """Read parts in ``workers`` processes and give each as it is done. ``tell`` is told twice a second how many
    articles they have read.

    Raises KildesporError when a process is ended from outside, as the system does when memory runs out.
    """
    context = multiprocessing.get_context("spawn")
    count = context.Value("q", 0)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, _begin, (out, job, count))
    waiting = iter(parts)
    running: set[Future[Done]] = set()
    try:
        while True:
            running |= {pool.submit(_read, part) for part in islice(waiting, AHEAD * workers - len(running))}
            if not running:
                return
            ended, running = wait(running, LOOK, FIRST_COMPLETED)
            tell(count.value)
            yield from (future.result() for future in ended)
    except BrokenProcessPool:
        raise KildesporError(
            "A worker process was ended from outside, most likely because memory ran out. What is done stands: the "
            "same command goes on from there, with fewer --workers if need be."
        ) from None
    finally:
        if running:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
        pool.shutdown(cancel_futures=True)


def _begin(out: Path, job: Job, count: Any) -> None:
    global _worker, _count
    # The one who started it answers for an interruption by the keyboard, which all of them get.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _worker, _count = Worker(out, job), count


def _read(part: Part) -> Done:
    return _worker.read(part, _tell)


def _tell() -> None:
    with _count.get_lock():
        _count.value += 1


def _end_with_parent() -> None:
    """A worker whose parent has been killed would else wait for ever for its next part."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

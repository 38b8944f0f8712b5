"""The parts of a job shared out to the machines of a Ray cluster, with Ray Data (https://docs.ray.io/en/latest/data).

Input and output are paths that mean the same on every machine. Ray starts a part anew that a lost worker had in hand,
and workers as there are cores for them; a part that was done meanwhile is left as it is, so that nothing is doubled.
"""

import logging
import os
import socket
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from kildespor.batch.plan import Part
from kildespor.batch.tables import Done
from kildespor.batch.work import Job, Worker
from kildespor.errors import KildesporError, UsageError

if find_spec("ray") is None:
    raise UsageError("A cluster needs a package that is not installed: pip install 'kildespor[batch]'.")

import ray
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

BLOCKS = 10_000
"""Most pieces that Ray is given to keep track of; each holds one or more parts."""


PATIENCE = 10.0
"""Seconds for a cluster to answer at all."""


class _Reader:
    """What runs on the machines: a worker for as long as it lives, given one part at a time."""

    def __init__(self, here: str, out: str, job: bytes) -> None:
        os.chdir(here)
        self._worker = Worker(Path(out), msgspec.json.decode(job, type=Job))

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        parts = (msgspec.json.decode(line, type=Part) for line in rows["part"])
        return {"done": [msgspec.json.encode(self._worker.read(part)) for part in parts]}


def read_on_cluster(out: Path, job: Job, parts: Iterable[Part], address: str) -> Iterator[Done]:
    """Read parts on the cluster at ``address`` (``HOST:PORT``, ``ray://HOST:PORT``, ``auto``, or ``local`` for one on
    this machine) and give each as it is done.

    Raises KildesporError when the cluster does not answer or gives up.
    """
    mine = not ray.is_initialized()
    if mine:
        _join(address)
    try:
        yield from _read(out, job, [{"part": msgspec.json.encode(part)} for part in parts])
    except RayError as error:
        raise KildesporError(
            f"{address}: the Ray cluster gives up: {_last_line(error)}. What is done stands: the same command goes on "
            "from there."
        ) from error
    finally:
        if mine:
            ray.shutdown()


def _join(address: str) -> None:
    # Ray tells its makers of each cluster that it starts; nothing here goes out unasked.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    try:
        if colon and port.isdecimal():
            # Ray itself waits for minutes where nobody is.
            socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (RayError, OSError, OverflowError, ValueError) as error:
        raise KildesporError(
            f"{address}: no Ray cluster answers ({_last_line(error)}). Check the address; ray status says if it is up."
        ) from error


def _read(out: Path, job: Job, rows: list[dict[str, bytes]]) -> Iterator[Done]:
    DataContext.get_current().enable_progress_bars = False
    # One worker a core from the start, and more as cores come.
    cores = max(1, min(len(rows), int(ray.cluster_resources().get("CPU", 1))))  # type: ignore[no-untyped-call]
    dataset = ray.data.from_items(rows, override_num_blocks=min(len(rows), BLOCKS)).map_batches(
        _Reader,
        batch_size=1,
        batch_format="numpy",
        num_cpus=1,
        compute=ActorPoolStrategy(min_size=1, max_size=len(rows), initial_size=cores),
        fn_constructor_args=(str(Path.cwd()), str(out), msgspec.json.encode(job)),
    )
    # It tells of its plan and its end; what goes wrong is raised.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    for row in dataset.iter_rows():
        yield msgspec.json.decode(row["done"], type=Done)


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]

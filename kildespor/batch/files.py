"""Files that are there whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4


@contextmanager
def beside(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A hidden file, open, beside the one that it is to become; on disk when it is closed. No two writers share one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{uuid4().hex}")
    with hidden.open("wb") as file:
        yield hidden, file
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file from its pieces."""
    with beside(path) as (hidden, file):
        file.writelines(pieces)
    hidden.replace(path)

"""The input cut into parts, each of which can be read by itself, anywhere, and again.

How a file is cut depends on that file alone, so that the same input always gives the same parts.
"""

import gzip
import hashlib
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from kildespor.articles import Failure, articles_in
from kildespor.articles.folder import COLLECTIONS, files_in
from kildespor.articles.ninjs import may_be_one
from kildespor.articles.stretch import Stretch
from kildespor.errors import UsageError

SHARES = 32
"""Parts that a middling input is cut into, so that many cores have something to do."""
FEWEST, MOST = 20, 2000
"""Articles of a part: fewer make many small files; more are some ten minutes of one core, which a stop would lose."""
SMALLEST, LARGEST = 1 << 20, 32 << 20
"""Bytes of a part of a WARC file; the largest has some thousand pages, zipped."""
PAGE, ZIPPED_PAGE = 100_000, 25_000
"""Bytes that a record with a page takes up in a WARC file, with what stands beside it; it only foretells the time."""
_BLOCK = 1 << 20
_CUT = tuple(ending for ending in COLLECTIONS if ending != ".json")


class Part(Struct, frozen=True, kw_only=True):
    """A part of the input: files of one article each, or one collection or a stretch of it.

    ``expected`` is how many articles it holds, of WARC a guess; ``stamp`` changes when one of the files does.
    """

    number: int
    files: tuple[str, ...]
    stretch: Stretch | None = None
    expected: int
    stamp: str


def plan(inputs: Sequence[Path], columns: Mapping[str, str]) -> Iterator[Part]:
    """Cut ``inputs`` (files and folders) into parts, in the order of the input but for the files of one article, which
    are gathered. ``columns`` as for :func:`kildespor.articles.articles_in`.

    Raises UsageError for an input that is not there.
    """
    for path in inputs:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder. Check the path.")
    most = _share(sum(1 for path in inputs for _ in _files(path)))
    numbers = count(1)
    loose: list[Path] = []
    for path in (found for given in inputs for found in _files(given)):
        if path.name.lower().endswith(_CUT):
            for stretch, expected in _stretches(path, columns):
                yield _part(next(numbers), [path], stretch, expected)
            continue
        loose.append(path)
        if len(loose) == most:
            yield _part(next(numbers), loose, None, len(loose))
            loose = []
    if loose:
        yield _part(next(numbers), loose, None, len(loose))


def _files(path: Path) -> Iterator[Path]:
    """The files to read of an input. A folder that is empty or cannot be read stands for itself: reading it says so."""
    if not path.is_dir():
        yield path
        return
    empty = True
    for found in files_in(path):
        empty = False
        if isinstance(found, Failure):
            yield Path(found.source)
        elif found.suffix.lower() != ".json" or may_be_one(found):
            yield found
    if empty:
        yield path


def _part(number: int, files: Sequence[Path], stretch: Stretch | None, expected: int) -> Part:
    return Part(
        number=number, files=tuple(map(name_of, files)), stretch=stretch, expected=expected, stamp=_stamp(files)
    )


def name_of(path: Path) -> str:
    """The name of a file as it can be written down: one that is no UTF-8 is not, and reading it then says that there is
    no such file."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _stamp(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        try:
            status = path.stat()
            digest.update(f"{status.st_size} {status.st_mtime_ns}\n".encode())
        except OSError:
            digest.update(b"gone\n")
    return digest.hexdigest()[:16]


def _stretches(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[Stretch | None, int]]:
    """The stretches that a collection is cut into, with the articles to expect in each. The last goes to the end,
    whatever is found there. A file that as a whole cannot be read is not cut, so that it fails once."""
    name = path.name.lower().removesuffix(".gz")
    warc = name.endswith(".warc")
    first = next(articles_in(path, columns, Stretch(0, 1) if warc else Stretch(1, 2)), None)
    if isinstance(first, Failure) and first.source == str(path):
        yield None, 1
    elif warc:
        yield from _of_bytes(path.stat().st_size, ZIPPED_PAGE if _zipped(path) else PAGE)
    elif name.endswith(".parquet"):
        from pyarrow import parquet

        rows = parquet.read_metadata(path).num_rows
        yield from _of_numbers(rows, _share(rows), lambda start: 0)
    else:
        yield from _of_lines(path)


def _of_bytes(size: int, page: int) -> Iterator[tuple[Stretch, int]]:
    step = min(max(size // SHARES, SMALLEST), LARGEST)
    for start in range(0, max(size, 1), step):
        stop = start + step if start + step < size else None
        yield Stretch(start, stop), (min(start + step, size) - start) // page


def _of_lines(path: Path) -> Iterator[tuple[Stretch, int]]:
    zipped = _zipped(path)
    # Where each line begins of which the ones before are a multiple of FEWEST.
    begins, lines, at, after = array("Q", [0]), 0, 0, 0
    try:
        with gzip.open(path) if zipped else path.open("rb") as file:
            while block := file.read(_BLOCK):
                ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
                begins.extend((at + ends[FEWEST - 1 - lines % FEWEST :: FEWEST]).tolist())
                after = at + int(ends[-1]) if len(ends) else after
                lines, at = lines + len(ends), at + len(block)
            # The last line may end without an end of line.
            lines += at > after
    except (OSError, EOFError, zlib.error):
        # What is broken is met, and told, by whoever reads the last stretch.
        pass
    step = -(-_share(lines) // FEWEST) * FEWEST
    yield from _of_numbers(lines, step, lambda start: 0 if zipped else begins[(start - 1) // FEWEST])


def _of_numbers(total: int, step: int, offset: Any) -> Iterator[tuple[Stretch, int]]:
    for start in range(1, max(total, 1) + 1, step):
        stop = start + step if start + step <= total else None
        yield Stretch(start, stop, offset(start)), min(step, total + 1 - start)


def _zipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _share(total: int) -> int:
    return min(max(-(-total // SHARES), FEWEST), MOST)

"""How much there is in files of articles, and how far into it an article stands: enough to tell what is left."""

import gzip
import zlib
from pathlib import Path

from kildespor.articles import folder
from kildespor.articles.failure import Failure
from kildespor.model import Article

_SAMPLE = 1 << 20


def size_of(path: Path) -> int:
    """The bytes in the files of a path, as :func:`kildespor.articles.articles_in` goes through them."""
    files = folder.files_in(path) if path.is_dir() else iter([path])
    return sum(_size(file) for file in files if isinstance(file, Path))


class Extent:
    """The way through what :func:`kildespor.articles.articles_in` gives for one path."""

    def __init__(self) -> None:
        self._file = ""
        self._before, self._size, self._places = 0, 0, 0

    def reached(self, each: Article | Path | Failure) -> int:
        """How many of the :func:`size_of` bytes lie before the end of what has come next."""
        name = (each.file if isinstance(each, Article) else str(each) if isinstance(each, Path) else each.source) or ""
        file, _, place = name.rpartition(":")
        if not place.isdecimal():
            file, place = name, ""
        if file != self._file:
            self._before += self._size
            self._file, self._size = file, _size(Path(file))
            self._places = _places_in(Path(file)) if place else 0
        share = min(1.0, int(place) / self._places) if place and self._places else 1.0
        return self._before + round(self._size * share)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _places_in(path: Path) -> int:
    """What the numbers that follow the name of a file of many run up to: bytes in WARC, rows in Parquet, lines in JSON
    Lines, of which there are about as many as the first megabyte lets expect."""
    match path.name.lower().removesuffix(".gz").rpartition(".")[2]:
        case "warc":
            return _size(path)
        case "parquet":
            from pyarrow import parquet

            return int(parquet.read_metadata(path).num_rows)
        case "jsonl" | "ndjson":
            return _lines_in(path)
        case _:
            return 0


def _lines_in(path: Path) -> int:
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            lines = (gzip.GzipFile(fileobj=raw) if zipped else raw).read(_SAMPLE).count(b"\n")
            return lines * _size(path) // max(raw.tell(), 1)
    except (OSError, EOFError, zlib.error):
        return 0

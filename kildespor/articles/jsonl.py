"""JSON Lines (https://jsonlines.org), plain or gzipped: one object a line, one article an object."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from kildespor.articles import columns as named
from kildespor.articles.failure import Failure
from kildespor.articles.fetch import LARGEST_BODY
from kildespor.articles.stretch import Stretch
from kildespor.errors import ArticleError, KildesporError, UsageError
from kildespor.model import Article


def articles(
    path: Path, columns: Mapping[str, str] = MappingProxyType({}), stretch: Stretch | None = None
) -> Iterator[Article | Failure]:
    """The articles of a JSON Lines file, in its order, a line in memory at a time. ``columns`` as for
    :func:`kildespor.articles.columns.checked`; ``file`` of an article is the path and, after a colon, its line.

    A bad line, and one of more than 10 MB (inflated), is a Failure named by its number, and the others go on. A file
    whose first object lacks the columns is one Failure, and so is one that cannot be read or whose gzip is broken. With
    ``stretch`` only its lines are read.
    """
    wanted = named.checked(columns)
    return _articles(path, columns, wanted, stretch or Stretch(1))


def _articles(
    path: Path, columns: Mapping[str, str], wanted: Mapping[str, str], stretch: Stretch
) -> Iterator[Article | Failure]:
    # The columns are those of the first object of the file.
    found = stretch.start > 1
    try:
        for number, line in _lines(path, stretch):
            if line is not None and not line.strip():
                continue
            name = f"{path}:{number}"
            try:
                row = _row(line, name)
                if not found:
                    named.check_found(row, columns, str(path))
                found = True
                yield named.article(row, wanted, name=name)
            except UsageError as error:
                yield Failure(str(path), error)
                return
            except KildesporError as error:
                yield Failure(name, error)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield Failure(str(path), UsageError(f"{path} cannot be read: {reason}. Check the file."))


def _row(line: bytes | None, name: str) -> dict[str, Any]:
    if line is None:
        raise ArticleError(f"{name} is longer than {LARGEST_BODY // 1_000_000} MB. Write one article a line.")
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArticleError(f"{name} is no JSON ({error}). Write one object a line.") from None
    if not isinstance(row, dict):
        raise ArticleError(f"{name} is no JSON object. Write one object a line.")
    return row


def _lines(path: Path, stretch: Stretch) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stretch with their numbers; None for one that is too long."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(stretch.offset)
        readline: Callable[[int], bytes] = gzip.GzipFile(fileobj=raw).readline if zipped else raw.readline
        number = stretch.start - 1 if stretch.offset else 0
        while (stretch.stop is None or number + 1 < stretch.stop) and (line := readline(LARGEST_BODY + 1)):
            number += 1
            long = len(line) > LARGEST_BODY
            while long and line and not line.endswith(b"\n"):
                line = readline(LARGEST_BODY)
            if number not in stretch:
                continue
            if long:
                yield number, None
            else:
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line

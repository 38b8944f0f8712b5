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
from kildespor.errors import ArticleError, KildesporError, UsageError
from kildespor.model import Article


def articles(path: Path, columns: Mapping[str, str] = MappingProxyType({})) -> Iterator[Article | Failure]:
    """The articles of a JSON Lines file, in its order, a line in memory at a time. ``columns`` as for
    :func:`kildespor.articles.columns.checked`; ``file`` of an article is the path and, after a colon, its line.

    A bad line, and one of more than 10 MB (inflated), is a Failure named by its number, and the others go on. A file
    whose first object lacks the columns is one Failure, and so is one that cannot be read or whose gzip is broken.
    """
    wanted = named.checked(columns)
    return _articles(path, columns, wanted)


def _articles(path: Path, columns: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[Article | Failure]:
    found = False
    try:
        for number, line in _lines(path):
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


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers, from 1; None for one that is too long."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        readline: Callable[[int], bytes] = gzip.GzipFile(fileobj=raw).readline if zipped else raw.readline
        number = 0
        while line := readline(LARGEST_BODY + 1):
            number += 1
            if len(line) > LARGEST_BODY:
                while line and not line.endswith(b"\n"):
                    line = readline(LARGEST_BODY)
                yield number, None
            else:
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line

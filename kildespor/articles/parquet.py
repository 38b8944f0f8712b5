"""Parquet: one article a row. pyarrow reads the files (``pip install 'kildespor[tables]'``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pyarrow
from pyarrow import parquet

from kildespor.articles import columns as named
from kildespor.articles.failure import Failure
from kildespor.articles.stretch import Stretch
from kildespor.errors import KildesporError, UsageError
from kildespor.model import Article

_ROWS = 256
_BUFFER = 1 << 20


def articles(
    path: Path, columns: Mapping[str, str] = MappingProxyType({}), stretch: Stretch | None = None
) -> Iterator[Article | Failure]:
    """The articles of a Parquet file, in its order, some hundred rows in memory at a time. ``columns`` as for
    :func:`kildespor.articles.columns.checked`; ``file`` of an article is the path and, after a colon, its row, from 1.

    A row that is no article is a Failure named by its number. A file without the columns, or that cannot be read, is
    one Failure. With ``stretch`` only its rows are read.
    """
    wanted = named.checked(columns)
    return _articles(path, columns, wanted, stretch or Stretch(1))


def _articles(
    path: Path, columns: Mapping[str, str], wanted: Mapping[str, str], stretch: Stretch
) -> Iterator[Article | Failure]:
    try:
        with parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            named.check_found(file.schema_arrow.names, columns, str(path))
            present = [column for column in wanted.values() if column in file.schema_arrow.names]
            number, groups = _groups(file.metadata, stretch)
            for batch in file.iter_batches(batch_size=_ROWS, row_groups=groups, columns=present, use_threads=False):
                passed_over = min(max(stretch.start - 1 - number, 0), batch.num_rows)
                number += passed_over
                for row in batch.slice(passed_over).to_pylist():
                    number += 1
                    if number not in stretch:
                        return
                    name = f"{path}:{number}"
                    try:
                        article: Article | Failure = named.article(row, wanted, name=name)
                    except KildesporError as error:
                        article = Failure(name, error)
                    yield article
    except UsageError as error:
        yield Failure(str(path), error)
    except (pyarrow.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        yield Failure(str(path), UsageError(f"{path} cannot be read as Parquet: {reason}. Check the file."))


def _groups(metadata: parquet.FileMetaData, stretch: Stretch) -> tuple[int, list[int]]:
    """The row groups that a stretch touches, and how many rows come before them."""
    before, last, groups = 0, 0, []
    for group in range(metadata.num_row_groups):
        first, last = last + 1, last + metadata.row_group(group).num_rows
        if last < stretch.start:
            before = last
        elif stretch.stop is None or first < stretch.stop:
            groups.append(group)
    return before, groups

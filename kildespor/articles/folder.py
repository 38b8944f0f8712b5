"""Folders: the files in them that may hold articles, in the order of their names."""

import os
from collections.abc import Iterator
from pathlib import Path

from kildespor.articles.failure import Failure
from kildespor.errors import UsageError

PAGES = (".txt", ".text", ".html", ".htm", ".xhtml")
COLLECTIONS = (".warc", ".warc.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".parquet")


def files_in(folder: Path) -> Iterator[Path | Failure]:
    """The files in ``folder`` and the folders in it whose names end as files of articles do (``PAGES`` one
    each, ``COLLECTIONS`` many), each
    folder's in the order of their names.

    What is hidden (a name that begins with a full stop) is left out, and so are folders that are links, which may
    lead back. A folder that cannot be read is a Failure in its place. In memory is one folder's list at a time, and
    those above it.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        yield Failure(str(folder), UsageError(f"{folder} cannot be read: {error.strerror}. Check its permissions."))
        return
    for name, is_folder in names:
        if name.startswith("."):
            continue
        if is_folder:
            yield from files_in(folder / name)
        elif name.lower().endswith(PAGES + COLLECTIONS):
            yield folder / name

"""Many articles: whatever a path names, file, folder or collection, one article at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from kildespor.articles import folder
from kildespor.articles.columns import checked
from kildespor.articles.failure import Failure
from kildespor.articles.stretch import Stretch
from kildespor.errors import UsageError
from kildespor.model import Article

# The packages that some formats are read with, by what they are installed with.
_EXTRAS = {"fastwarc": "warc", "pyarrow": "tables"}


def articles_in(
    path: Path, columns: Mapping[str, str] = MappingProxyType({}), stretch: Stretch | None = None
) -> Iterator[Article | Path | Failure]:
    """What ``path`` names, told by the ending of its name: the articles of a WARC, ninjs, JSON Lines or Parquet file;
    for any other file the path itself, which :func:`article_from` reads; for a folder all of that for the files in it.
    A Failure stands where something could not be read. One at a time, however many there are. In a folder, files with
    other endings are left out, and so is JSON that is plainly no ninjs.

    ``columns`` names columns of JSON Lines and Parquet that are called otherwise than the fields of an article, as
    ``{"text": "body"}``. With ``stretch`` only that of a WARC, JSON Lines or Parquet file is read. Raises UsageError
    for a field that there is not.
    """
    checked(columns)
    return _articles_in(path, columns) if stretch is None else _file(path, columns, stretch)


def files_of(path: Path) -> int:
    """How many files :func:`articles_in` would open for ``path``, to tell how far a long run has come."""
    if not path.is_dir():
        return 1
    return sum(isinstance(found, Path) and _may_hold_articles(found) for found in folder.files_in(path))


def _articles_in(path: Path, columns: Mapping[str, str]) -> Iterator[Article | Path | Failure]:
    if not path.is_dir():
        yield from _file(path, columns, None)
        return
    empty = True
    for found in folder.files_in(path):
        empty = False
        if isinstance(found, Failure):
            yield found
        elif _may_hold_articles(found):
            yield from _file(found, columns, None)
    if empty:
        yield Failure(str(path), UsageError(f"{path} holds no files of articles. Name a folder that does."))


def _file(path: Path, columns: Mapping[str, str], stretch: Stretch | None) -> Iterator[Article | Path | Failure]:
    name = path.name.lower().removesuffix(".gz")
    try:
        match name.rpartition(".")[2]:
            case "warc":
                from kildespor.articles import warc

                yield from warc.articles(path, stretch)
            case "jsonl" | "ndjson":
                from kildespor.articles import jsonl

                yield from jsonl.articles(path, columns, stretch)
            case "parquet":
                from kildespor.articles import parquet

                yield from parquet.articles(path, columns, stretch)
            case "json":
                from kildespor.articles import ninjs

                yield from ninjs.articles(path)
            case _:
                yield path
    except ModuleNotFoundError as error:
        if (missing := (error.name or "").partition(".")[0]) not in _EXTRAS:
            raise
        mend = f"pip install 'kildespor[{_EXTRAS[missing]}]'"
        yield Failure(str(path), UsageError(f"{path} is read with a package that is not installed: {mend}."))


def _may_hold_articles(path: Path) -> bool:
    """Whether a file in a folder is to be opened: JSON is so many things that only what may be ninjs is."""
    if path.suffix.lower() != ".json":
        return True
    from kildespor.articles import ninjs

    return ninjs.may_be_one(path)

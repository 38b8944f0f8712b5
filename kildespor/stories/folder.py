"""A folder of articles about one event: ``articles.json`` says of each file its outlet, address, time and language."""

from codecs import BOM_UTF8
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kildespor.articles import article_from
from kildespor.errors import ArticleError, UsageError
from kildespor.model import Article

if TYPE_CHECKING:
    from kildespor.stories.sense import Reading


class Listed(Struct, frozen=True):
    """A line of ``articles.json``: what a program may know of an article."""

    file: str
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None


def articles_in(folder: Path) -> tuple[Article, ...]:
    """The articles that ``articles.json`` in ``folder`` lists, in its order, each with ``file`` as listed there.

    Raises UsageError when there is no such list or it is of another form, ArticleError naming a file that is no
    article.
    """
    listing = folder / "articles.json"
    try:
        listed = msgspec.json.decode(listing.read_bytes().removeprefix(BOM_UTF8), type=list[Listed])
    except OSError as error:
        raise UsageError(f"{listing}: cannot read the list of articles ({error.strerror}).") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{listing}: not a list of articles ({error}). Each needs at least a file.") from error
    return tuple(_article(folder, line) for line in listed)


def _article(folder: Path, line: Listed) -> Article:
    path = folder / line.file
    try:
        within, there = path.resolve().is_relative_to(folder.resolve()), path.is_file()
    except (OSError, ValueError):
        # A name that no file can have: too long, or with a NUL in it.
        within, there = True, False
    if not within:
        raise UsageError(f"{line.file}: stands outside {folder}. List files of the folder only.")
    if not there:
        raise ArticleError(f"{path}: there is no such file. Take it out of articles.json or put it there.")
    article = article_from(path, outlet=line.outlet, published=line.published, language=line.language, url=line.url)
    return msgspec.structs.replace(article, file=line.file)


def read_folder(folder: Path) -> "tuple[Reading, ...]":
    """The articles of a folder, read by the shipped model."""
    from kildespor.reading import read
    from kildespor.stories.sense import reading

    return tuple(reading(read(article)) for article in articles_in(folder))

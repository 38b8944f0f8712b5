"""Who says what, according to whom, through whom: the chain of reporting in Nordic news.

:func:`read` is the whole system for one article; :func:`read_many` the same for many, side by side. :class:`Archive`
keeps what has been read (``pip install 'kildespor[archive]'``).
"""

from typing import TYPE_CHECKING, Any

from kildespor.errors import ArchiveError, ArticleError, FetchError, KildesporError, ModelError, UsageError
from kildespor.model import Article, Attribution, DateExpression, Flag, Relay, Report, Source, Statement, Why

if TYPE_CHECKING:
    from kildespor.archive import Archive
    from kildespor.articles import Failure
    from kildespor.reading import read, read_many

    __version__: str

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "ArticleError",
    "Attribution",
    "DateExpression",
    "Failure",
    "FetchError",
    "Flag",
    "KildesporError",
    "ModelError",
    "Relay",
    "Report",
    "Source",
    "Statement",
    "UsageError",
    "Why",
    "__version__",
    "read",
    "read_many",
]


def __getattr__(name: str) -> Any:
    """Load the rooms that need more than themselves, a runtime or a database, only when they are asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("kildespor")
    if name in ("read", "read_many"):
        from kildespor import reading

        return getattr(reading, name)
    if name == "Archive":
        from kildespor.archive import Archive

        return Archive
    if name == "Failure":
        from kildespor.articles import Failure

        return Failure
    raise AttributeError(f"module 'kildespor' has no attribute {name!r}")

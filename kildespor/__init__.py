"""Who says what, according to whom, through whom: the chain of reporting in Nordic news.

:func:`read` is the whole system for one article; :func:`read_many` the same for many, side by side.
"""

from typing import TYPE_CHECKING, Any

from kildespor.errors import ArticleError, FetchError, KildesporError, ModelError, UsageError
from kildespor.model import Article, Attribution, DateExpression, Flag, Relay, Report, Source, Statement, Why

if TYPE_CHECKING:
    from kildespor.articles import Failure
    from kildespor.reading import read, read_many

    __version__: str

__all__ = [
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
    """Load the reading room, and the runtime that it needs, only when it is asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("kildespor")
    if name in ("read", "read_many"):
        from kildespor import reading

        return getattr(reading, name)
    if name == "Failure":
        from kildespor.articles import Failure

        return Failure
    raise AttributeError(f"module 'kildespor' has no attribute {name!r}")

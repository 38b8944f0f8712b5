"""Who says what, according to whom, through whom: the chain of reporting in Nordic news.

:func:`read` is the whole system for one article; :func:`read_many` the same for many, side by side.
"""

from importlib.metadata import version

from kildespor.errors import ArticleError, FetchError, KildesporError, ModelError, UsageError
from kildespor.model import Article, Attribution, DateExpression, Flag, Relay, Report, Source, Statement, Why
from kildespor.reading import Failure, read, read_many

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

__version__ = version("kildespor")

"""What can go wrong on the web beside what :mod:`kildespor.errors` has, and which status each error is."""

from http import HTTPStatus

from kildespor.errors import ArchiveError, ArticleError, FetchError, KildesporError, UsageError
from kildespor.web.readers import Busy

RETRY_BUSY = 5
"""Seconds after which to come again when all readers are busy."""


class WebError(KildesporError):
    """A request that is answered with a status of its own. ``seconds`` is when to come again."""

    def __init__(self, status: HTTPStatus, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.seconds = seconds


def status_of(error: KildesporError) -> HTTPStatus:
    """The status of the answer that tells of an error."""
    match error:
        case WebError():
            return error.status
        case UsageError() | ArticleError() | FetchError():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case ArchiveError() | Busy():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR


def seconds_of(error: KildesporError) -> float | None:
    """When to come again, in seconds; None where that would not help."""
    if isinstance(error, WebError):
        return error.seconds
    return RETRY_BUSY if isinstance(error, ArchiveError | Busy) else None

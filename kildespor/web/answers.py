"""Errors as answers: a problem (RFC 9457) for a program, a page for a person."""

import math
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kildespor.errors import KildesporError
from kildespor.web.errors import seconds_of, status_of
from kildespor.web.refusals import said
from kildespor.web.shell import page, words_for

HIDDEN = "Something went wrong here. The server's log tells what."


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a program is told of an error: problem details, as in RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


async def of_error(request: Request, error: Exception) -> Response:
    """The answer to any error of ours, and of the framework's (no such page, wrong method)."""
    if isinstance(error, KildesporError):
        return refusal(request, error)
    assert isinstance(error, HTTPException)
    return _told(request, error.status_code, error.detail, dict(error.headers or {}))


async def of_fault(request: Request, error: Exception) -> Response:
    """The answer to what should not happen; it tells nothing of it."""
    return _told(request, 500, HIDDEN, {})


def refusal(request: Request, error: KildesporError) -> Response:
    """The answer to an error of ours."""
    status, seconds = status_of(error), seconds_of(error)
    if status == 401 and not is_api(request):
        return RedirectResponse(f"/sign-in?next={quote(_back_to(request))}", 303)
    headers = {"Retry-After": str(math.ceil(seconds))} if seconds else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="kildespor"'
    return _told(request, status, HIDDEN if status == 500 else str(error), headers)


def is_api(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith("/api/")


def _told(request: Request, status: int, detail: str, headers: dict[str, str]) -> Response:
    if is_api(request):
        problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
        return Response(msgspec.json.encode(problem), status, headers, "application/problem+json")
    words = words_for(request)
    known = f"error.{status}"
    title = words(known) if known in words else words("error.other")
    # The framework says no more than the status does.
    more = None if detail == HTTPStatus(status).phrase else said(detail, words)
    return page(request, "error.html.j2", status=status, headers=headers, title=title, detail=more)


def _back_to(request: Request) -> str:
    if request.method not in ("GET", "HEAD"):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")

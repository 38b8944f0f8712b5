"""What stands before every request: who may ask, from where, how much and how often; and the headers of every answer.

It follows OWASP's cheat sheets on cross-site request forgery (Fetch Metadata with Origin beside it), on HTTP headers
and on denial of service.
"""

import asyncio
import time
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kildespor.web.answers import refusal
from kildespor.web.errors import WebError
from kildespor.web.service import Service, client_of, service_of, take
from kildespor.web.sessions import COOKIE

OPEN_PATHS = ("/sign-in", "/static/")
"""What is shown to those who have not signed in."""

SAFE = ("GET", "HEAD", "OPTIONS")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host")

RECEIVING = 30.0
"""Seconds that a request's body may take to come in."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # no-referrer would make browsers send forms with Origin: null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Middleware: lets a request through or answers it, and sets the headers of what is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        body = _Body(receive, service_of(request).settings.largest)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secure(MutableHeaders(scope=message), request)
            await send(message)

        try:
            scope["user"] = await _let_in(request)
            await self._app(scope, body.receive, answer)
        except WebError as error:
            await refusal(request, error)(scope, receive, answer)


def _secure(headers: MutableHeaders, request: Request) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "private, no-store")
    if request.url.scheme == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


async def _let_in(request: Request) -> str | None:
    """Who asks: a name, None for anybody where no sign-in is asked for. Raises :class:`WebError` to refuse."""
    service = service_of(request)
    if not service.settings.sign_in:
        _check_local(request)
    if request.method not in SAFE:
        _check_origin(request)
    if request.url.path.startswith("/static/"):
        return None
    user = await _user(request, service) if service.settings.sign_in else None
    take(service.requests, user or client_of(request))
    if service.settings.sign_in and user is None and not request.url.path.startswith(OPEN_PATHS):
        raise WebError(HTTPStatus.UNAUTHORIZED, "Sign in first, or send a key: “Authorization: Bearer …”.")
    return user


def _check_local(request: Request) -> None:
    """Where nobody signs in, a page of another site must not get in by a name that leads here (DNS rebinding), nor the
    world by a proxy on this machine."""
    host = request.headers.get("host", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name not in LOCAL:
        raise WebError(HTTPStatus.MISDIRECTED_REQUEST, "This server answers to localhost only. See --host.")
    if any(header in request.headers for header in PROXIED):
        raise WebError(HTTPStatus.FORBIDDEN, "Behind a proxy sign-in must be asked for. Start with --sign-in.")


def _check_origin(request: Request) -> None:
    """Refuse what the page of another site makes a browser send. Every browser since 2020 sends one of the two
    headers; what sends neither is no browser, and has no cookie of ours to misuse."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    elif origin is not None:
        ours = urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    else:
        ours = COOKIE not in request.cookies
    if not ours:
        raise WebError(HTTPStatus.FORBIDDEN, "The request comes from another site. Open the page anew and try again.")


async def _user(request: Request, service: Service) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        key = key.strip()
        if known := service.accounts.remembered(key):
            return known
        take(service.attempts, client_of(request))
        return await service.check(lambda accounts: accounts.owner(key))
    token = request.cookies.get(COOKIE)
    name = service.sessions.name(token) if token else None
    return name if name in service.accounts.names() else None


class _Body:
    """A request's body that must be neither too large nor too slow."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._left = largest
        self._largest = largest
        self._deadline = time.monotonic() + RECEIVING
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._deadline - time.monotonic()))
        except TimeoutError:
            raise WebError(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to come in. Try again.") from None
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise WebError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"That is more than {self._largest // 1_000_000} MB. Give less.",
            )
        return message

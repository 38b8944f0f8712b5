"""Signing in and out, where the server asks for it."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kildespor.web.service import client_of, service_of, take
from kildespor.web.sessions import COOKIE, HOURS
from kildespor.web.shell import page, words_for


async def show(request: Request) -> Response:
    """The form."""
    _asked_for(request)
    return _form(request, onward=request.query_params.get("next", "/"))


async def sign_in(request: Request) -> Response:
    """Begin a session if name and password are right."""
    _asked_for(request)
    service = service_of(request)
    async with request.form(max_files=0, max_fields=3, max_part_size=10_000) as form:
        name, password = str(form.get("name") or "").strip(), str(form.get("password") or "")
        onward = str(form.get("next") or "/")
    # Counted by the client and by the name, so that neither one machine nor many can go on guessing.
    take(service.attempts, client_of(request))
    take(service.attempts, f"name {name}")
    if not await service.check(lambda accounts: accounts.has_password(name, password)):
        return _form(request, onward=onward, name=name, wrong=True)
    response = RedirectResponse(_local(onward), 303)
    response.set_cookie(
        COOKIE,
        service.sessions.begin(name),
        max_age=HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def sign_out(request: Request) -> Response:
    """End the session."""
    service_of(request).sessions.end(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


def _asked_for(request: Request) -> None:
    if not service_of(request).settings.sign_in:
        raise HTTPException(404)


def _form(request: Request, *, onward: str, name: str = "", wrong: bool = False) -> Response:
    error = words_for(request)("sign_in.wrong") if wrong else None
    status = HTTPStatus.FORBIDDEN if wrong else HTTPStatus.OK
    return page(request, "sign_in.html.j2", status=status, onward=_local(onward), name=name, error=error)


def _local(address: str) -> str:
    """An address on this server; the first page in place of any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/"


routes = [
    Route("/sign-in", show),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]

"""How every page is set: its language, its template, and the files that come with it."""

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kildespor.export.chain import flag_why
from kildespor.export.set_text import set_text
from kildespor.messages import LANGS, Lang, Words
from kildespor.web.service import service_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGE_COOKIE = "kildespor_lang"
YEAR = 31_536_000

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """Return the page that a template makes of its values, as :func:`body_of` and :func:`answer` do."""
    return answer(request, body_of(request, template, **values), status=status, headers=headers)


def body_of(request: Request, template: str, **values: Any) -> str:
    """Return the HTML that a template makes of its values for a request.

    Every template has ``words``, ``user``, ``other_lang`` and ``file``, which gives the address of a file in static/.
    """
    words = words_for(request)
    return drawn(
        template,
        words=words,
        user=request.scope.get("user"),
        other_lang=_other_lang(request, words.lang),
        file=_address,
        **values,
    )


def answer(
    request: Request, body: str | bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page as the answer to a request, in the language that it asks for."""
    lang = words_for(request).lang
    response = HTMLResponse(body, status, dict(headers or {}))
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["Content-Language"] = lang
    if request.query_params.get("lang") == lang:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR, samesite="lax", httponly=True)
    return response


def drawn(template: str, **values: Any) -> str:
    """Return what a template makes of its values."""
    return _environment().get_template(template).render(**values)


def make_ready() -> None:
    """Compile the templates, for which the first to ask for a page would wait."""
    for name in _environment().list_templates():
        _environment().get_template(name)


def words_for(request: Request) -> Words:
    """The interface's words in the language that the address asks for, or else the cookie, the browser, the server."""
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), _accepted(request))
    return Words(next((lang for lang in asked if lang in LANGS), service_of(request).settings.lang))


def _accepted(request: Request) -> str | None:
    """The first language of the browser's list that there is; browsers list them by preference."""
    for part in request.headers.get("accept-language", "").split(","):
        lang = part.partition(";")[0].strip().lower().partition("-")[0]
        if lang in ("nb", "no", "nn", "da", "sv"):
            return "nb"
        if lang == "en":
            return "en"
    return None


def _other_lang(request: Request, lang: Lang) -> tuple[Lang, str]:
    """The other language and where this page is in it."""
    other: Lang = "en" if lang == "nb" else "nb"
    here = request.url if request.method == "GET" else request.url.replace(path="/", query="")
    asked = here.include_query_params(lang=other)
    return other, f"{asked.path}?{asked.query}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["set_text"] = set_text
    environment.filters["why"] = flag_why
    return environment


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    """The files that come with the pages, by name, each with the first digits of its digest."""
    files = {}
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            files[path.relative_to(STATIC).as_posix()] = body, hashlib.sha256(body).hexdigest()[:12]
    return files


def _address(name: str) -> str:
    return f"/static/{name}?v={_files()[name][1]}"


async def static(request: Request) -> Response:
    """A style sheet, script, font or picture. Its address changes with its content, so it may be kept for good."""
    name = request.path_params["name"]
    if name not in _files():
        raise HTTPException(404)
    body, _ = _files()[name]
    media_type = mimetypes.guess_type(name)[0] or "text/plain"
    return Response(body, 200, {"Cache-Control": f"public, max-age={YEAR}, immutable"}, media_type)


routes = [Route("/static/{name:path}", static)]

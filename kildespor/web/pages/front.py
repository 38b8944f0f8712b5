"""The first page: an article in by its text, its address or its file."""

from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kildespor.errors import KildesporError, UsageError
from kildespor.web.errors import status_of
from kildespor.web.reader import Told
from kildespor.web.refusals import said
from kildespor.web.service import client_of, service_of
from kildespor.web.shell import HERE, page, words_for

KNOWN = ("outlet", "published", "language", "url")
LANGUAGES = ("nob", "nno", "dan", "swe", "eng")
EXAMPLE = HERE / "example.txt"
EXAMPLE_TOLD = Told(outlet="Kystavisa", published="2024-10-09")
FIELDS = 12
"""Fields that the form can have, some to spare."""


async def front(request: Request) -> Response:
    """The page with an empty form."""
    return _front(request, {})


async def read(request: Request) -> Response:
    """Read what the form holds and go to the page of its report."""
    async with request.form(max_files=1, max_fields=FIELDS, max_part_size=_room(request)) as form:
        typed = {field: str(form.get(field) or "").strip() for field in KNOWN}
        given = {"text": _text(form), **typed}
        try:
            source, file = await _source(form)
            told = EXAMPLE_TOLD if form.get("example") else Told(**{key: value or None for key, value in typed.items()})
            service = service_of(request)
            report = await service.read(source, told, client_of(request), file=file)
        except KildesporError as error:
            status = status_of(error)
            if status >= 500 and status != 503:
                raise
            return _front(request, given, error=said(str(error), words_for(request)), status=status)
    return RedirectResponse(f"/reading/{service.recent.keep(report)}", 303)


def _room(request: Request) -> int:
    # A character is four bytes at most.
    return 4 * service_of(request).settings.longest + 1000


async def _source(form: FormData) -> tuple[str | bytes, str | None]:
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return await upload.read(), upload.filename
    if form.get("example"):
        return EXAMPLE.read_text(encoding="utf-8"), None
    text = _text(form)
    if not text.strip():
        raise UsageError("There is nothing to read. Paste an article or its address, or choose a file.")
    return text.strip() if text.strip().lower().startswith(("http://", "https://")) else text, None


def _text(form: FormData) -> str:
    # Browsers send every line end of a text field as CR LF, whatever was pasted.
    return str(form.get("text") or "").replace("\r\n", "\n")


def _front(request: Request, given: dict[str, Any], *, error: str | None = None, status: int = 200) -> Response:
    values = {"text": "", **dict.fromkeys(KNOWN, ""), **given}
    words = words_for(request)
    languages = [(language, words(f"language.{language}")) for language in LANGUAGES]
    return page(request, "front.html.j2", status=status, given=values, error=error, languages=languages)


routes = [Route("/", front), Route("/read", read, methods=["POST"])]

"""A request into a call, and what the call gives into an answer."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kildespor.archive import Page, SourceFigures
from kildespor.web.api.calls import CALLS, Call, Entries, Lines, StoryLines
from kildespor.web.api.document import document
from kildespor.web.errors import WebError
from kildespor.web.forms import File
from kildespor.web.service import service_of


def _endpoint(call: Call) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        query = _query(request, call)
        return _answer(request, query, await call.do(request, query, await _body(request, call)))

    return endpoint


def _query(request: Request, call: Call) -> Any:
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise _unfit(f"{name} is given more than once.")
    try:
        return msgspec.convert(dict(given), call.query, strict=False)
    except msgspec.ValidationError as error:
        raise _unfit(f"The query does not fit: {error}.") from None


async def _body(request: Request, call: Call) -> Any:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.takes:
        if sent not in call.takes:
            raise HTTPException(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send JSON Lines, as Content-Type: {call.takes[0]}."
            )
        return await request.body()
    if call.body is None:
        return None
    if sent != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON, as Content-Type: application/json.")
    try:
        return msgspec.json.decode(await request.body(), type=call.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unfit(f"The body does not fit: {error}.") from None


def _unfit(message: str) -> WebError:
    return WebError(HTTPStatus.BAD_REQUEST, message)


def _answer(request: Request, query: Any, value: Any) -> Response:
    if isinstance(value, Lines):
        return StreamingResponse(value.pieces, media_type=value.media_type)
    if isinstance(value, File):
        return Response(value.body, media_type=value.media_type)
    return Response(msgspec.json.encode(value), headers=_onward(request, query, value), media_type="application/json")


def _onward(request: Request, query: Any, value: Any) -> dict[str, str]:
    """The link to the next page (RFC 8288), where there is one."""
    page = value.page if isinstance(value, SourceFigures) else value
    if not isinstance(page, Page | Entries | StoryLines) or not page.more:
        return {}
    following = request.url.include_query_params(offset=query.offset + query.limit)
    return {"Link": f'<{following.path}?{following.query}>; rel="next"'}


async def _document(request: Request) -> Response:
    described = document(CALLS, sign_in=service_of(request).settings.sign_in)
    return Response(msgspec.json.encode(described), media_type="application/json")


routes = [
    Route("/api/openapi.json", _document),
    *(Route(call.path, _endpoint(call), methods=[call.method]) for call in CALLS),
]

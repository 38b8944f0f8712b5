"""The page of a search in the archive."""

from typing import Any

import msgspec
from msgspec import UNSET, structs
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.archive import Page
from kildespor.archive.show import findings_table
from kildespor.errors import UsageError
from kildespor.web.api.asked import Search
from kildespor.web.downloads import Make, download, findings_prov
from kildespor.web.errors import status_of
from kildespor.web.findings import following, told
from kildespor.web.refusals import said
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for

CHOICES = {
    "within": ("content", "article"),
    "kind": ("direct", "indirect", "mixed"),
    "act": ("say", "think", "ask", "promise", "show"),
    "hearsay": ("true", "false"),
    "control": ("state", "party", "public service", "private"),
    "order": ("newest", "best"),
}
"""The fields that are chosen from a list, and what is in it."""

UNTOUCHED = {"within": "content", "order": "newest"}


async def search(request: Request) -> Response:
    """The form, with what was asked in it, and a page of findings."""
    given, words = _given(request), words_for(request)
    try:
        found, error, status = await _found(request, given), None, 200
    except UsageError as refused:
        found, error, status = Page(findings=(), offset=0, more=False), str(refused), int(status_of(refused))
    return page(
        request,
        "search.html.j2",
        status=status,
        given=given,
        asked=bool(given),
        error=error and said(error, words),
        choices=CHOICES,
        findings=[told(finding, words) for finding in found.findings],
        first=found.offset + 1,
        pages=following(request, found.offset, int(given.get("limit", 20)), found.more),
        query=request.url.query,
    )


async def as_file(request: Request) -> Response:
    """The findings of the page as JSON, CSV or PROV."""
    found = await _found(request, _given(request))
    made: dict[str, Make] = {
        "json": lambda _: found,
        "csv": lambda _: findings_table(found.findings),
        "prov": lambda archive: findings_prov(archive, found.findings),
    }
    return await download(request, "search", made)


def _given(request: Request) -> dict[str, str]:
    """What was asked. A form sends its empty fields and those that nobody has touched, too."""
    given = {name: value for name, value in request.query_params.items() if value.strip() and name != "lang"}
    return dict(given.items() - UNTOUCHED.items())


async def _found(request: Request, given: dict[str, str]) -> Page:
    try:
        wanted = structs.asdict(msgspec.convert(given, Search, strict=False))
    except msgspec.ValidationError as error:
        raise UsageError(f"The search does not fit: {error}.") from None
    asked: Any = {name: value for name, value in wanted.items() if value is not UNSET}
    return await service_of(request).ask(lambda archive: archive.search(**asked))


routes = [Route("/search", search), Route("/search/as/{form}", as_file)]

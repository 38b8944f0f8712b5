"""The page of a source: everything that it is reported to have said, through whom, by which outlets."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.archive import SourceFigures
from kildespor.archive.find import PAGE
from kildespor.archive.show import findings_table
from kildespor.web.errors import WebError
from kildespor.web.findings import bars, download, following, told
from kildespor.web.profile import columns_of, profile_of, sources_of
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for


async def source(request: Request) -> Response:
    """The figures and a page of findings."""
    figures = await _figures(request)
    words = words_for(request)
    sources = await service_of(request).ask(lambda archive: sources_of(archive, figures.page.findings))
    months = await service_of(request).ask(lambda archive: archive.months(figures.asked))
    return page(
        request,
        "source.html.j2",
        figures=figures,
        profile=profile_of(sources, words),
        columns=columns_of(months, words),
        names=bars(figures.names, leads="source"),
        kinds=bars(figures.kinds, said=lambda kind: words(f"kind.{kind}")),
        outlets=bars(figures.outlets, leads="outlet"),
        relays=bars(figures.relays, leads="source"),
        findings=[told(finding, words) for finding in figures.page.findings],
        pages=following(request, figures.page.offset, PAGE, figures.page.more),
        query=request.url.query,
    )


async def as_file(request: Request) -> Response:
    """The figures as JSON, the findings as CSV."""
    figures = await _figures(request)
    return download(request, "source", figures, lambda: findings_table(figures.page.findings))


async def _figures(request: Request) -> SourceFigures:
    name, offset = named(request), request.query_params.get("offset", "0")
    start = int(offset) if offset.isdecimal() and len(offset) < 10 else 0
    return await service_of(request).ask(lambda archive: archive.source(name, limit=PAGE, offset=start))


def named(request: Request) -> str:
    """The name that the page is of. Raises :class:`WebError` when there is none."""
    name = request.query_params.get("name", "").strip()
    if not name:
        raise WebError(HTTPStatus.NOT_FOUND, "No name is given.")
    return name


routes = [Route("/source", source), Route("/source/as/{form}", as_file)]

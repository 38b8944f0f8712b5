"""The page of a source: everything that it is reported to have said, through whom, by which outlets."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.archive import Archive, SourceFigures
from kildespor.archive.find import PAGE
from kildespor.archive.show import findings_table
from kildespor.export.chain import one_line
from kildespor.messages import Words
from kildespor.web.downloads import Make, download, findings_prov
from kildespor.web.errors import WebError
from kildespor.web.findings import bars, following, offset_of, told
from kildespor.web.profile import columns_of, profile_of, sources_of
from kildespor.web.service import service_of
from kildespor.web.shell import drawn, page, words_for


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
    """The figures as JSON, the findings of the page as CSV or PROV, the source over time drawn."""
    figures, words = await _figures(request), words_for(request)
    made: dict[str, Make] = {
        "json": lambda _: figures,
        "csv": lambda _: findings_table(figures.page.findings),
        "prov": lambda archive: findings_prov(archive, figures.page.findings),
        "svg": lambda archive: _over_time(figures.asked, archive, words),
    }
    return await download(request, "source", made)


def _over_time(name: str, archive: Archive, words: Words) -> str:
    columns = columns_of(archive.months(name), words)
    if not columns:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return drawn("months.svg.j2", title=one_line(name), columns=columns, most=max(column.n for column in columns))


async def _figures(request: Request) -> SourceFigures:
    name, start = named(request), offset_of(request)
    return await service_of(request).ask(lambda archive: archive.source(name, limit=PAGE, offset=start))


def named(request: Request) -> str:
    """The name that the page is of. Raises :class:`WebError` when there is none."""
    name = request.query_params.get("name", "").strip()
    if not name:
        raise WebError(HTTPStatus.NOT_FOUND, "No name is given. Search for a source or an outlet.")
    return name


routes = [Route("/source", source), Route("/source/as/{form}", as_file)]

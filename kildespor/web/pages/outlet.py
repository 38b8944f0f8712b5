"""The page of an outlet: what it rests on, in figures and drawn."""

import tempfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.archive import OutletFigures
from kildespor.archive.show import figures_table
from kildespor.messages import Words
from kildespor.web.downloads import Make, download, findings_prov
from kildespor.web.findings import at, bars
from kildespor.web.pages.source import named
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for

NEWEST = 200
"""Attributions of an outlet that its PROV holds at most."""


async def outlet(request: Request) -> Response:
    """The figures, drawn."""
    figures = await _figures(request)
    words = words_for(request)
    return page(
        request,
        "outlet.html.j2",
        figures=figures,
        parts=_parts(figures),
        kinds=bars(figures.source_kinds, said=lambda kind: words(f"source_kind.{kind}")),
        sources=bars(figures.sources, leads="source"),
        relays=bars(figures.relays, leads="source"),
        credited=bars(figures.credited, leads="source"),
        all_of_it="/search?" + at("outlet", figures.outlet).partition("?")[2].replace("name=", "outlet=", 1),
        query=request.url.query,
    )


async def as_file(request: Request) -> Response:
    """The figures as JSON or CSV, or drawn as SVG or PNG; the outlet's newest attributions as PROV."""
    figures, words = await _figures(request), words_for(request)
    made: dict[str, Make] = {
        "json": lambda _: figures,
        "csv": lambda _: figures_table(figures),
        "prov": lambda archive: findings_prov(archive, archive.search(outlet=figures.outlet, limit=NEWEST).findings),
        "svg": lambda _: _drawn(figures, "svg", words),
        "png": lambda _: _drawn(figures, "png", words),
    }
    return await download(request, "outlet", made)


def _drawn(figures: OutletFigures, form: str, words: Words) -> bytes:
    from kildespor.archive.plot import draw

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"outlet.{form}"
        draw(figures, path, words)
        return path.read_bytes()


async def _figures(request: Request) -> OutletFigures:
    name = named(request)
    return await service_of(request).ask(lambda archive: archive.outlet(name))


def _parts(figures: OutletFigures) -> list[tuple[str, int, float, float]]:
    """What it rests on, how often, where that begins in a bar of 1000 and how long it is."""
    parts: list[tuple[str, int, float, float]] = []
    start = 0.0
    for basis, n in figures.rests_on.items():
        length = 1000 * n / figures.attributions if figures.attributions else 0.0
        parts.append((basis, n, start, length))
        start += length
    return parts


routes = [Route("/outlet", outlet), Route("/outlet/as/{form}", as_file)]

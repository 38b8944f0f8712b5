"""What a page shows as a file to take along: JSON, CSV, PROV, or drawn."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kildespor.archive import Archive, Finding
from kildespor.export.linked import Node
from kildespor.export.prov import CONTEXT, prov
from kildespor.web.service import service_of

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "prov": "application/ld+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
ENDINGS = {"prov": "prov.jsonld"}

Make = Callable[[Archive], Any]
"""What makes the file of the archive: its text or bytes, or a value that is written as JSON."""


async def download(request: Request, name: str, made: Mapping[str, Make]) -> Response:
    """The file in the form that the address names. Raises HTTPException (404) for a form that is not in ``made``."""
    form = request.path_params["form"]
    if form not in made:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    body = await service_of(request).ask(lambda archive: _written(made[form](archive)))
    return Response(body, 200, attachment(f"kildespor-{name}.{ENDINGS.get(form, form)}"), MEDIA_TYPES[form])


def attachment(name: str) -> dict[str, str]:
    """The header by which a browser keeps an answer as a file of that name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _written(made: Any) -> str | bytes:
    return made if isinstance(made, str | bytes) else msgspec.json.format(msgspec.json.encode(made), indent=2)


def findings_prov(archive: Archive, findings: Sequence[Finding]) -> Node:
    """Findings as one PROV document: their articles, each with the attributions that have been found in it."""
    nodes: dict[str, Node] = {}
    for article in dict.fromkeys(finding.article for finding in findings):
        report = archive.report(article)
        ids = {finding.attribution.id for finding in findings if finding.article == article}
        found = tuple(one for one in report.attributions if one.id in ids)
        nodes = {node["id"]: node for node in prov(replace(report, attributions=found))["@graph"]} | nodes
    return {"@context": CONTEXT, "@graph": list(nodes.values())}

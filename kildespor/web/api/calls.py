"""The calls: each takes what is asked and gives a value."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, structs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kildespor.archive import Added, Archive, Correction, OutletFigures, Page, SourceFigures, Version
from kildespor.archive.stories import StoryLine
from kildespor.errors import UsageError
from kildespor.export.confidence import at_least
from kildespor.export.stream import exported
from kildespor.messages import Words
from kildespor.model import Report
from kildespor.sources.register import Entry
from kildespor.stats import Stats
from kildespor.stories.as_json import story_json
from kildespor.web.api import asked, work
from kildespor.web.forms import MEDIA_TYPES, File, in_form
from kildespor.web.reader import Told
from kildespor.web.service import client_of, service_of
from kildespor.web.telling import teller_of

EXPORTED = {
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "prov": "application/jsonl",
    "schema-org": "application/jsonl",
    "web-annotation": "application/jsonl",
    "ninjs": "application/jsonl",
}

LINES = ("application/jsonl", "application/x-ndjson")
GZIPPED = b"\x1f\x8b"


class Lines(Struct, frozen=True):
    """A text that is sent as it comes."""

    pieces: Iterator[str]
    media_type: str


class Entries(Struct, frozen=True, kw_only=True):
    """Entries of the register from ``offset`` on; ``more`` says that others follow."""

    entries: tuple[Entry, ...]
    offset: int
    more: bool


class Versions(Struct, frozen=True, kw_only=True):
    """The versions of an article, the oldest first."""

    versions: tuple[Version, ...]


class StoryLines(Struct, frozen=True, kw_only=True):
    """Stories of the archive in a list, those with the newest article first, from ``offset`` on; ``more`` says that
    others follow."""

    stories: tuple[StoryLine, ...]
    offset: int
    more: bool


class Call(Struct, frozen=True, kw_only=True):
    """A call: its name and address, what it may be asked, what it gives, and what it does.

    ``media_types`` are those of the answers that are no JSON value of type ``gives``, ``takes`` those of a body that is
    none of type ``body``.
    """

    name: str
    summary: str
    method: Literal["GET", "POST"] = "GET"
    place: str = ""
    query: type[Struct] = asked.Nothing
    body: type[Struct] | None = None
    takes: tuple[str, ...] = ()
    gives: Any
    media_types: tuple[str, ...] = ()
    do: Callable[[Request, Any, Any], Awaitable[Any]]

    @property
    def path(self) -> str:
        return f"/api/{self.name}{self.place}"


async def _read(request: Request, query: asked.Shape, body: asked.Given) -> Report | File:
    return await run_in_threadpool(_shaped, await _report_of(request, body), query)


async def _add(request: Request, query: asked.Nothing, body: asked.Given) -> Added:
    report = await _report_of(request, body)
    return await service_of(request).ask(lambda archive: archive.add(report))


async def _report_of(request: Request, body: asked.Given) -> Report:
    told = Told(outlet=body.outlet, published=body.published, language=body.language, url=body.url)
    source = body.source.encode() if body.html else body.source
    return await service_of(request).read(source, told, client_of(request))


def _shaped(report: Report, query: asked.Shape) -> Report | File:
    report = at_least(report, query.min_confidence)
    return report if query.format == "json" else in_form(report, query.format, Words(query.lang))


async def _report(request: Request, query: asked.Shape, body: None) -> Report | File:
    article = request.path_params["article"]
    report = await _found(request, lambda archive: archive.report(article))
    return await run_in_threadpool(_shaped, report, query)


async def _versions(request: Request, query: asked.Nothing, body: None) -> Versions:
    article = request.path_params["article"]
    return Versions(versions=await _found(request, lambda archive: archive.versions(article)))


async def _found(request: Request, do: Callable[[Archive], Any]) -> Any:
    try:
        return await service_of(request).ask(do)
    except UsageError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from None


async def _search(request: Request, query: asked.Search, body: None) -> Page:
    wanted = {name: value for name, value in structs.asdict(query).items() if value is not UNSET}
    return await service_of(request).ask(lambda archive: archive.search(**wanted))


async def _source(request: Request, query: asked.SourceNamed, body: None) -> SourceFigures:
    return await service_of(request).ask(
        lambda archive: archive.source(query.name, limit=query.limit, offset=query.offset)
    )


async def _outlet(request: Request, query: asked.OutletNamed, body: None) -> OutletFigures:
    return await service_of(request).ask(lambda archive: archive.outlet(query.name))


async def _sources(request: Request, query: asked.Registered, body: None) -> Entries:
    found = service_of(request).register.search(query.words)
    end = query.offset + query.limit
    return Entries(entries=found[query.offset : end], offset=query.offset, more=len(found) > end)


async def _stories(request: Request, query: asked.Stories, body: None) -> StoryLines:
    sought = _given(query.words)
    lines, more = await teller_of(request).lines(request, sought, query.limit, query.offset)
    return StoryLines(stories=lines, offset=query.offset, more=more)


async def _story(request: Request, query: asked.Told, body: None) -> dict[str, Any]:
    told = await teller_of(request).told(request, request.path_params["article"])
    return await run_in_threadpool(story_json, told, Words(query.lang))


async def _correct(request: Request, query: asked.Nothing, body: asked.Judgement) -> Correction:
    return await service_of(request).ask(
        lambda archive: archive.correct(body.article, body.attribution, body.verdict, **body.changes)
    )


async def _export(request: Request, query: asked.Export, body: None) -> Lines:
    reports = await service_of(request).ask(lambda archive: archive.reports())
    return Lines(exported(reports, query.format, Words("nb")), EXPORTED[query.format])


async def _stats(request: Request, query: asked.Figures, body: None) -> Stats | File:
    service = service_of(request)
    outlet, year = _given(query.outlet), _given(query.year)
    figures = partial(work.figures, service.settings.archive, outlet, year, query.limit)
    if query.format == "json":
        return await service.apart(figures, client_of(request))
    drawn = partial(work.figures_as, figures, query.format, query.table, query.lang)
    return await service.apart(drawn, client_of(request))


async def _reread(request: Request, query: asked.Again, body: None) -> work.Reread:
    service = service_of(request)
    settings, articles = service.settings, min(query.limit, service.settings.readings)
    read = partial(work.reread, settings.archive, settings.registers, articles, query.offset, settings.seconds)
    return await service.apart(read, client_of(request), articles)


async def _batch(request: Request, query: asked.Batch, body: bytes) -> File:
    service = service_of(request)
    articles = sum(1 for line in body.split(b"\n") if line.strip())
    most = min(asked.MOST_READ, service.settings.readings)
    if body.startswith(GZIPPED):
        raise UsageError("The lines are compressed. Send them as they are.")
    if not 0 < articles <= most:
        raise UsageError(f"These are {articles} lines; from 1 to {most} are read at once here. Send them in parts.")
    told = (_given(query.outlet), _given(query.published), _given(query.language))
    read = partial(work.batch, body, *told, service.settings.registers)
    return await service.apart(read, client_of(request), articles)


async def _export_corrections(request: Request, query: asked.Nothing, body: None) -> File:
    return await service_of(request).ask(work.corrections)


def _given(value: str | UnsetType) -> str | None:
    return None if value is UNSET else value


_SHAPES = tuple(dict.fromkeys(MEDIA_TYPES.values()))

CALLS = (
    Call(
        name="read",
        summary="Read an article: who says what, according to whom, through whom.",
        method="POST",
        query=asked.Shape,
        body=asked.Given,
        gives=Report,
        media_types=_SHAPES,
        do=_read,
    ),
    Call(
        name="add",
        summary="Read an article into the archive. What is there already stays as it is.",
        method="POST",
        body=asked.Given,
        gives=Added,
        do=_add,
    ),
    Call(
        name="report",
        summary="The report of an article in the archive, with the corrections applied.",
        place="/{article}",
        query=asked.Shape,
        gives=Report,
        media_types=_SHAPES,
        do=_report,
    ),
    Call(
        name="versions",
        summary="All versions of an article in the archive, the oldest first.",
        place="/{article}",
        gives=Versions,
        do=_versions,
    ),
    Call(name="search", summary="Find attributions in the archive.", query=asked.Search, gives=Page, do=_search),
    Call(
        name="source",
        summary="Everything a source is reported to have said, through whom and by which outlets.",
        query=asked.SourceNamed,
        gives=SourceFigures,
        do=_source,
    ),
    Call(
        name="outlet",
        summary="What an outlet rests on: own sources, other media, news agencies, nobody.",
        query=asked.OutletNamed,
        gives=OutletFigures,
        do=_outlet,
    ),
    Call(
        name="sources",
        summary="Search the register of outlets, agencies and institutions.",
        query=asked.Registered,
        gives=Entries,
        do=_sources,
    ),
    Call(
        name="stories",
        summary="The stories of the archive: articles of one event.",
        query=asked.Stories,
        gives=StoryLines,
        do=_stories,
    ),
    Call(
        name="story",
        summary="The story that an article stands in: its claims, their origins and standing, who has what from whom.",
        place="/{article}",
        query=asked.Told,
        gives=dict[str, Any],
        do=_story,
    ),
    Call(
        name="correct",
        summary="Accept, reject or amend an attribution of an article in the archive.",
        method="POST",
        body=asked.Judgement,
        gives=Correction,
        do=_correct,
    ),
    Call(
        name="export",
        summary="The whole archive, one line a report as it comes.",
        query=asked.Export,
        gives=None,
        media_types=tuple(dict.fromkeys(EXPORTED.values())),
        do=_export,
    ),
    Call(
        name="export-corrections",
        summary="Every corrected article as NAME.txt and NAME.json, to train a model with.",
        gives=None,
        media_types=(work.ZIP,),
        do=_export_corrections,
    ),
    Call(
        name="stats",
        summary="Who is quoted in the archive: by outlet and year, how, through whom, and on how few it gathers.",
        query=asked.Figures,
        gives=Stats,
        media_types=tuple(work.MEDIA_TYPES.values()),
        do=_stats,
    ),
    Call(
        name="reread",
        summary="Read again, a part at a time, what another model has read.",
        method="POST",
        query=asked.Again,
        gives=work.Reread,
        do=_reread,
    ),
    Call(
        name="batch",
        summary="Read articles, one a line as a JSON object, into tables in Parquet. The archive stays as it is.",
        method="POST",
        query=asked.Batch,
        takes=LINES,
        gives=None,
        media_types=(work.ZIP,),
        do=_batch,
    ),
)

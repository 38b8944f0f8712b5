"""The page of an article that has been read: just now, or out of the archive."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import cast

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kildespor.archive.stories import StoryLine
from kildespor.errors import UsageError
from kildespor.messages import Words
from kildespor.model import Report
from kildespor.web.downloads import attachment
from kildespor.web.forms import FORMS, Form, in_form
from kildespor.web.service import service_of
from kildespor.web.shell import answer, body_of, drawn, words_for
from kildespor.web.view import view_of
from kildespor.web.voice import voice_of

Find = Callable[[Request], Awaitable[Report]]


async def _lately(request: Request) -> Report:
    report = service_of(request).recent.get(request.path_params["key"])
    if report is None:
        raise HTTPException(404, "This reading is no longer kept. Read the article again.")
    return report


async def _archived(request: Request) -> Report:
    article = request.path_params["key"]
    try:
        return await service_of(request).ask(lambda archive: archive.report(article))
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


async def reading(request: Request) -> Response:
    """An article that has been read and is not in the archive."""
    return await run_in_threadpool(_shown, request, await _lately(request), archived=False)


async def article(request: Request) -> Response:
    """An article of the archive."""
    report = await _archived(request)
    line = await service_of(request).ask(lambda archive: archive.story_of(request.path_params["key"]))
    return await run_in_threadpool(_shown, request, report, archived=True, line=line)


def _shown(request: Request, report: Report, *, archived: bool, line: StoryLine | None = None) -> Response:
    words, service = words_for(request), service_of(request)
    story = line and (f"/story/{request.path_params['key']}", words("reading.story", n=len(line.articles)))

    def made() -> str:
        return body_of(
            request,
            "article.html.j2",
            view=view_of(report, words),
            voice=voice_of(report, service.register, words),
            here=request.url.path,
            forms=FORMS,
            archived=archived,
            story=story,
        )

    made_of = (sha256(msgspec.json.encode(report)).digest(), story, words.lang, request.scope.get("user"))
    return answer(request, service.finished.page((*made_of, request.url.path, request.url.query), made))


def _download(find: Find) -> Callable[[Request], Awaitable[Response]]:
    async def download(request: Request) -> Response:
        form = request.path_params["form"]
        report = await find(request)
        if form == "svg":
            body = await run_in_threadpool(_chains, report, words_for(request))
            return Response(body, 200, attachment("kildespor-chains.svg"), "image/svg+xml")
        if form not in FORMS:
            raise HTTPException(404)
        file = await run_in_threadpool(in_form, report, cast(Form, form), words_for(request))
        return Response(file.body, 200, attachment(f"kildespor.{file.ending}"), file.media_type)

    return download


def _chains(report: Report, words: Words) -> str:
    return drawn("chains.svg.j2", view=view_of(report, words), words=words, standalone=True)


async def keep(request: Request) -> Response:
    """Put an article that has been read into the archive and go to its page there."""
    report = await _lately(request)
    added = await service_of(request).ask(lambda archive: archive.add(report))
    return RedirectResponse(f"/article/{added.article}", 303)


routes = [
    Route("/reading/{key}", reading),
    Route("/reading/{key}/keep", keep, methods=["POST"]),
    Route("/reading/{key}/as/{form}", _download(_lately)),
    Route("/article/{key}", article),
    Route("/article/{key}/as/{form}", _download(_archived)),
]

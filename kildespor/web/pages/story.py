"""The pages of stories: which there are, and one with its claims, their standing and who has what from whom."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.export.chain import ARROW, one_line
from kildespor.messages import Words
from kildespor.stories import Claim, Story
from kildespor.stories.as_json import story_json
from kildespor.stories.as_prov import story_prov
from kildespor.stories.draw import claim_svg, story_svg
from kildespor.stories.show import outermost
from kildespor.stories.verdict import moment, verdict
from kildespor.web.shell import page, words_for
from kildespor.web.telling import teller_of
from kildespor.web.timeline import date_words


class Telling(Struct, frozen=True):
    """One telling of a claim: by whom and when, its chain, whether it asserts or denies."""

    article: str
    when: str
    chain: str
    polarity: str


class Shown(Struct, frozen=True):
    """A claim as it is shown: its verdict, the conclusion first, and its tellings in order of time."""

    claim: Claim
    number: int
    verdict: tuple[str, ...]
    tellings: tuple[Telling, ...]


async def stories(request: Request) -> Response:
    """The stories of the archive, those with the newest article first."""
    sought = request.query_params.get("words", "").strip() or None
    words = words_for(request)
    lines = await teller_of(request).lines(request, sought)
    shown = [(line, line.articles[0], _span(line.first, line.last, words)) for line in lines]
    return page(request, "stories.html.j2", lines=shown, sought=sought or "")


async def story(request: Request) -> Response:
    """One story: the one that an article belongs to."""
    told, words = await _story(request), words_for(request)
    shared = [claim for claim in told.claims if len({r.article for r in claim.reports}) > 1]
    return page(
        request,
        "story.html.j2",
        story=told,
        here=request.url.path,
        articles=[(a, one_line(a.title or "") or words("article.untitled"), moment(a, words)) for a in told.articles],
        claims=[_shown(claim, n, told, words) for n, claim in enumerate(shared, start=1)],
        copies=[
            (link, moment(told.article(link.article), words), moment(told.article(link.source), words))
            for link in told.links
            if link.here and link.how == "copy"
        ],
    )


async def as_file(request: Request) -> Response:
    """The story as JSON, PROV or one drawing."""
    told, words, form = await _story(request), words_for(request), request.path_params["form"]
    made: dict[str, tuple[Callable[[], Any], str]] = {
        "json": (lambda: story_json(told, words), "application/json"),
        "prov": (lambda: story_prov(told), "application/ld+json"),
        "svg": (lambda: story_svg(told, words), "image/svg+xml"),
    }
    if form not in made:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    make, media_type = made[form]
    body = make()
    text = body if isinstance(body, str) else msgspec.json.format(msgspec.json.encode(body), indent=2)
    headers = {"Content-Disposition": f'attachment; filename="kildespor-story.{form}"'}
    return Response(text, 200, headers, media_type)


async def graph(request: Request) -> Response:
    """The graph of one claim as a picture."""
    told = await _story(request)
    claim = next((c for c in told.claims if c.id == request.path_params["claim"]), None)
    if claim is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(claim_svg(claim, told, words_for(request)), media_type="image/svg+xml")


async def _story(request: Request) -> Story:
    return await teller_of(request).told(request, request.path_params["key"])


def _shown(claim: Claim, number: int, told: Story, words: Words) -> Shown:
    tellings = tuple(
        Telling(
            r.article,
            moment(told.article(r.article), words),
            ARROW.join(one_line(name) for name in r.chain),
            r.polarity,
        )
        for r in outermost(claim.reports)
    )
    return Shown(claim, number, verdict(claim, told, words), tellings)


def _span(first: str | None, last: str | None, words: Words) -> str:
    ends = [date_words(end, words) for end in dict.fromkeys((first, last)) if end]
    return " – ".join(ends)


routes = [
    Route("/stories", stories),
    Route("/story/{key}", story),
    Route("/story/{key}/as/{form}", as_file),
    Route("/story/{key}/claim/{claim}.svg", graph),
]

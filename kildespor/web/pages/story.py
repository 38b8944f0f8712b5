"""The pages of stories: which there are, and one with its claims, their standing and who has what from whom."""

from collections.abc import Sequence
from http import HTTPStatus

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.archive.find import PAGE
from kildespor.archive.stories import StoryLine
from kildespor.export.chain import ARROW, date_words, one_line
from kildespor.export.csv import table
from kildespor.messages import Words
from kildespor.stories import Claim, Story
from kildespor.stories.as_csv import story_table
from kildespor.stories.as_json import story_json
from kildespor.stories.as_prov import story_prov
from kildespor.stories.draw import claim_svg, story_svg
from kildespor.stories.show import outermost
from kildespor.stories.verdict import moment, verdict
from kildespor.web.downloads import Make, download
from kildespor.web.findings import following, offset_of, titled
from kildespor.web.shell import page, words_for
from kildespor.web.telling import teller_of


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
    words = words_for(request)
    sought, offset = _sought(request)
    lines, more = await teller_of(request).lines(request, sought, PAGE, offset)
    return page(
        request,
        "stories.html.j2",
        lines=[(line, line.articles[0], _span(line.first, line.last, words)) for line in lines],
        sought=sought or "",
        pages=following(request, offset, PAGE, more),
        query=request.url.query,
    )


async def stories_as_file(request: Request) -> Response:
    """The stories of the page as JSON or CSV."""
    sought, offset = _sought(request)
    lines, _ = await teller_of(request).lines(request, sought, PAGE, offset)
    return await download(request, "stories", {"json": lambda _: lines, "csv": lambda _: _table(lines)})


def _sought(request: Request) -> tuple[str | None, int]:
    return request.query_params.get("words", "").strip() or None, offset_of(request)


def _table(lines: Sequence[StoryLine]) -> str:
    rows = ((one.title, one.first, one.last, "; ".join(one.outlets), "; ".join(one.articles)) for one in lines)
    return table([("title", "first", "last", "outlets", "articles"), *rows])


async def story(request: Request) -> Response:
    """One story: the one that an article belongs to."""
    told, words = await _story(request), words_for(request)
    shared = [claim for claim in told.claims if len({r.article for r in claim.reports}) > 1]
    return page(
        request,
        "story.html.j2",
        story=told,
        here=request.url.path,
        articles=[(a, titled(a, words), moment(a, told, words)) for a in told.articles],
        claims=[_shown(claim, n, told, words) for n, claim in enumerate(shared, start=1)],
        copies=[
            (
                link,
                moment(told.article(link.article), told, words),
                moment(told.article(link.source), told, words),
            )
            for link in told.links
            if link.here and link.how == "copy"
        ],
    )


async def as_file(request: Request) -> Response:
    """The story as JSON, CSV, PROV or one drawing."""
    told, words = await _story(request), words_for(request)
    made: dict[str, Make] = {
        "json": lambda _: story_json(told, words),
        "csv": lambda _: story_table(told),
        "prov": lambda _: story_prov(told),
        "svg": lambda _: story_svg(told, words),
    }
    return await download(request, "story", made)


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
            moment(told.article(r.article), told, words),
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
    Route("/stories/as/{form}", stories_as_file),
    Route("/story/{key}", story),
    Route("/story/{key}/as/{form}", as_file),
    Route("/story/{key}/claim/{claim}.svg", graph),
]

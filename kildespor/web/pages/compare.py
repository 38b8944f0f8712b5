"""Two articles side by side, with what differs marked."""

from collections.abc import Set
from http import HTTPStatus

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.errors import UsageError
from kildespor.export.chain import one_line
from kildespor.language.codes import BCP47
from kildespor.messages import Words
from kildespor.stories import Link, Story
from kildespor.stories.as_prov import story_prov
from kildespor.stories.verdict import PLAIN, moment
from kildespor.web.alignment import LONGEST, Compared, compared, compared_table
from kildespor.web.downloads import Make, download
from kildespor.web.findings import titled
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for
from kildespor.web.telling import teller_of


class Side(Struct, frozen=True):
    """An article of the two: pieces of its text in order, each with whether it is in the other one, too."""

    key: str
    title: str
    outlet: str
    language: str | None
    shared: int
    pieces: tuple[tuple[str, bool], ...]


async def compare(request: Request) -> Response:
    """The page of two articles of the archive."""
    both, words = await _compared(request), words_for(request)
    return page(
        request,
        "compare.html.j2",
        here=request.url.path,
        sides=(_side(both, 0, words), _side(both, 1, words)),
        links=[_told(link, both, words) for link in both.links],
        longest=None if both.whole else LONGEST,
    )


async def as_file(request: Request) -> Response:
    """The two articles with what each has from the other, and their stretches, as JSON or CSV; the derivation as
    PROV."""
    both = await _compared(request)
    made: dict[str, Make] = {
        "json": lambda _: both,
        "csv": lambda _: compared_table(both),
        "prov": lambda _: story_prov(Story(title="", articles=both.articles, links=both.links, claims=())),
    }
    return await download(request, "compare", made)


async def _compared(request: Request) -> Compared:
    keys = request.path_params["one"], request.path_params["other"]
    try:
        one, other = await service_of(request).ask(lambda archive: tuple(archive.report(key).article for key in keys))
    except UsageError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from None
    links = await _links(request, keys[0], {one.id, other.id})
    return await service_of(request).compare(lambda: compared(one, other, links))


async def _links(request: Request, key: str, both: Set[str]) -> tuple[Link, ...]:
    """What one of two articles has from the other by the story of the one with that key; nothing where both stand in
    none."""
    try:
        told = await teller_of(request).told(request, key)
    except HTTPException:
        return ()
    return tuple(link for link in told.links if {link.article, link.source} == both)


def _side(both: Compared, number: int, words: Words) -> Side:
    article = both.articles[number]
    spans = [(stretch.other if number else stretch.one, stretch.same) for stretch in both.stretches]
    return Side(
        key=article.id,
        title=titled(article, words),
        outlet=one_line(article.outlet or "") or words("chain.here"),
        language=BCP47[article.language] if article.language else None,
        shared=both.shared[number],
        pieces=tuple((article.text[start:end], same) for (start, end), same in spans if start < end),
    )


def _told(link: Link, both: Compared, words: Words) -> str:
    story = Story(title="", articles=both.articles, links=(), claims=())
    name = {article.id: moment(article, story, words) for article in both.articles}
    told = words(f"story.{PLAIN[link.how]}", outlet=name[link.article], source=name[link.source])
    return f"{told} {words('story_page.sure', percent=round(100 * link.confidence))}"


routes = [Route("/compare/{one}/{other}", compare), Route("/compare/{one}/{other}/as/{form}", as_file)]

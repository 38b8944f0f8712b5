"""The archive's stories for pages and API: listed, and told one at a time, since telling one of many articles takes
seconds of a processor."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import anyio
from cachetools import LRUCache
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kildespor.archive import Archive
from kildespor.archive.find import PAGE
from kildespor.archive.stories import StoryLine
from kildespor.stories import Story
from kildespor.web.service import service_of

REMEMBERED = 20
"""Stories kept once they have been told, until one of their articles changes."""

T = TypeVar("T")


class Teller:
    """Tells stories for all requests of a server, one after the other, so that its other pages stay quick."""

    def __init__(self) -> None:
        self._one = anyio.CapacityLimiter(1)
        self._told: LRUCache[tuple[str, ...], Story] = LRUCache(REMEMBERED)

    async def lines(
        self, request: Request, sought: str | None, limit: int = PAGE, offset: int = 0
    ) -> tuple[tuple[StoryLine, ...], bool]:
        """A page of the stories in a list, as :meth:`kildespor.archive.Archive.story_lines` has them, and whether
        others follow."""
        lines = await self._ask(request, lambda archive: archive.story_lines(sought, limit=limit + 1, offset=offset))
        return lines[:limit], len(lines) > limit

    async def told(self, request: Request, article: str) -> Story:
        """The story that an article stands in. Raises HTTPException (404) when there is none."""
        if not (article.isascii() and article.isalnum()):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        lines, _ = await self.lines(request, article, 1)
        if not lines or article not in lines[0].articles:
            raise HTTPException(HTTPStatus.NOT_FOUND, "This article stands in no story.")
        ids = lines[0].articles
        story = self._told.get(ids)
        if story is None:
            story = self._told[ids] = await self._ask(request, lambda archive: next(archive.stories(article, limit=1)))
        return story

    async def _ask(self, request: Request, do: Callable[[Archive], T]) -> T:
        async with self._one:
            return await service_of(request).ask(do)


def teller_of(request: Request) -> Teller:
    """The teller of the server that a request has come to."""
    teller: Teller = request.app.state.teller
    return teller

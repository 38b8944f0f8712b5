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
from kildespor.archive.store import is_digest
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
        """The story that an article stands in, by the id of any of its versions. Raises HTTPException (404) when there
        is none."""
        if not is_digest(article):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        line = await self._ask(request, lambda archive: _standing(archive, article))
        if line is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "This article stands in no story.")
        story = self._told.get(line.articles)
        if story is None:
            story = self._told[line.articles] = await self._ask(
                request, lambda archive: next(archive.stories(article, limit=1))
            )
        return story

    async def _ask(self, request: Request, do: Callable[[Archive], T]) -> T:
        async with self._one:
            return await service_of(request).ask(do)


def _standing(archive: Archive, article: str) -> StoryLine | None:
    """The story of an article once all have been placed."""
    for _ in archive.place():
        pass
    return archive.story_of(article)


def teller_of(request: Request) -> Teller:
    """The teller of the server that a request has come to."""
    teller: Teller = request.app.state.teller
    return teller

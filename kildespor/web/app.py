"""The server as an ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from kildespor.errors import KildesporError
from kildespor.web import shell
from kildespor.web.answers import of_error, of_fault
from kildespor.web.api import answering
from kildespor.web.guard import Guard
from kildespor.web.pages import article, compare, correct, front, outlet, search, sign_in, source, story
from kildespor.web.service import Service
from kildespor.web.settings import Settings
from kildespor.web.telling import Teller

ROOMS = (shell, front, article, correct, search, source, outlet, story, compare, sign_in, answering)
"""The modules whose ``routes`` the server answers; a new kind of page is one more."""


def application(settings: Settings) -> Starlette:
    """Return the application; it opens the archive and starts its readers when it is started."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        shell.make_ready()
        async with service.open():
            yield

    app = Starlette(
        routes=[route for room in ROOMS for route in room.routes],
        middleware=[Middleware(Guard)],
        exception_handlers={KildesporError: of_error, HTTPException: of_error, Exception: of_fault},
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.teller = Teller()
    return app

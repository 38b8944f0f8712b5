"""Archives to test with: a fresh SQLite file, and a fresh database on a real PostgreSQL server."""

from collections.abc import Callable, Iterator

import pytest

from kildespor.archive import Archive
from tests.archive.postgresql import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Gives the address of an archive that does not exist yet, on one kind of database and then on the other."""
    if request.param == "sqlite":
        return lambda: str(tmp_path_factory.mktemp("archive") / "archive.db")
    server: Server = request.getfixturevalue("server")
    return server.schema


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    return new_address()


@pytest.fixture
def archive(address: str) -> Iterator[Archive]:
    with Archive.open(address) as archive:
        yield archive

"""The database under an archive: opening it, bringing its schema up to date, and work in transactions that are tried
again while the database is locked or restarting."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from kildespor.archive.migrations import HEAD, REVISION_TABLE
from kildespor.archive.story_tables import metadata
from kildespor.errors import ArchiveError, UsageError

T = TypeVar("T")

POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")

ATTEMPT = 2.0
"""Seconds that SQLite itself waits for a lock before an attempt counts as failed."""

UNREACHABLE = 3.0
"""Seconds to go on trying a PostgreSQL that has not answered yet; the address may simply be wrong."""

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds between attempts: doubled each time."""

# SQLite's primary result codes (sqlite.org/rescode.html).
BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26

# PostgreSQL's SQLSTATE classes and codes (appendix A of its manual) after which the same transaction may go through:
# connection exceptions, too many connections, serialisation failure, deadlock, shutdown and starting up.
PASSING = ("08", "53300", "40001", "40P01", "57P01", "57P02", "57P03")

REASONS = {
    BUSY: "is locked by another process. Let that process end, or try again",
    LOCKED: "is locked by another process. Let that process end, or try again",
    READONLY: "may not be written. Change its permissions or name another archive",
    IOERR: "could not be read or written: the disk gave an error. Look at the disk and the space left on it",
    CORRUPT: "is damaged. Restore it from a copy",
    FULL: "could not grow: the disk is full. Make room and run the same again; nothing is half-stored",
    CANTOPEN: "cannot be opened. The folder must exist and be writable",
    NOTADB: "is no SQLite database. Name another file",
    "42501": "does not allow this. Give the user the right to create and write tables",
    "53100": "could not grow: the server's disk is full. Make room and run the same again; nothing is half-stored",
}


class Database:
    """A database that an archive lives in. ``patience`` is how many seconds work is tried again for; without ``create``
    an archive that is not there is not made."""

    def __init__(self, address: Path | str | None, patience: float, *, create: bool = True) -> None:
        url = _url(address)
        self.name = url.render_as_string(hide_password=True).replace("+psycopg", "").removeprefix("sqlite:///")
        self.postgresql = url.drivername.startswith("postgresql")
        if not (create or self.postgresql or Path(url.database or "").exists()):
            raise self._none_yet()
        self._patience = min(patience, UNREACHABLE) if self.postgresql else patience
        if self.postgresql:
            # Plans of prepared statements are made for any word, rare or common; each search needs its own.
            arguments: dict[str, Any] = {"prepare_threshold": None, "connect_timeout": 10}
            self._engine = create_engine(url, connect_args=arguments)
        else:
            self._engine = create_engine(url, connect_args={"timeout": min(ATTEMPT, patience)})
            event.listen(self._engine, "connect", _configure)
            event.listen(self._engine, "begin", _begin)
        self.work(_check, writing=False)
        revision = self.work(_revision, writing=False)
        if revision is None and not create:
            raise self._none_yet()
        if revision != HEAD:
            self.work(self._upgrade)
        self._patience = patience

    def work(self, do: Callable[[Connection], T], *, writing: bool = True) -> T:
        """Do something in one transaction: all of it or, when it raises, nothing.

        Raises ArchiveError when the database is full, stays locked or out of reach, or refuses.
        """
        deadline = time.monotonic() + self._patience
        for wait in _waits():
            try:
                with self._engine.connect().execution_options(writing=writing) as connection, connection.begin():
                    return do(connection)
            except (DBAPIError, sqlite3.Error) as error:
                if not _passing(error) or time.monotonic() + wait > deadline:
                    raise self._explained(error) from error
            time.sleep(wait)
        raise AssertionError("waits never end")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _none_yet(self) -> ArchiveError:
        return ArchiveError(f"{self.name}: there is no archive. Check the name; kildespor add makes one.")

    def _upgrade(self, connection: Connection) -> None:
        if self.postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kildespor'))"))
        # Another process may have done it meanwhile.
        revision = _revision(connection)
        if revision == HEAD:
            return
        if revision is None and set(inspect(connection).get_table_names()) & set(metadata.tables):
            raise ArchiveError(f"{self.name} is a database of something else. Name another for the archive.")
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", "kildespor.archive:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if revision is not None and revision not in known:
            raise ArchiveError(
                f"{self.name} has been written by a newer Kildespor (schema {revision}, here {HEAD}). "
                "Install the newer version: pip install --upgrade 'kildespor[archive]'."
            )
        command.upgrade(config, "head")

    def _explained(self, error: Exception) -> Exception:
        reason = REASONS.get(_code(error))
        if reason is None and _passing(error):
            first = str(_cause(error)).strip().partition("\n")[0]
            reason = f"does not answer ({first}). Check the address and that the server runs; nothing is half-stored"
        return ArchiveError(f"{self.name} {reason}.") if reason else error


def _url(address: Path | str | None) -> URL:
    given = address or os.environ.get("KILDESPOR_ARCHIVE") or _home()
    if isinstance(given, Path) or "://" not in given:
        return URL.create("sqlite", database=str(given))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise UsageError("The archive's address cannot be read. Write postgresql://user@host/database.") from None
    if url.drivername not in POSTGRESQL:
        raise UsageError(f"{url.drivername}: no archive is kept there. Give a file or postgresql://user@host/database.")
    return url.set(drivername="postgresql+psycopg")


def _home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("kildespor", appauthor=False, ensure_exists=True) / "kildespor.db"


def _configure(connection: sqlite3.Connection, _: object) -> None:
    # Transactions begin where _begin says, not where the sqlite3 module thinks that one is wanted.
    connection.isolation_level = None
    # FULL: what has been acknowledged outlives a power cut too; beside reading an article it costs nothing.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once if another has written meanwhile.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _check(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise ArchiveError(
            f"The database is in {encoding}, which does not hold every character. Create it with "
            "createdb --encoding=UTF8 --template=template0 NAME."
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(REVISION_TABLE):
        return None
    return str(connection.scalar(text(f"SELECT version_num FROM {REVISION_TABLE}")))


def _waits() -> Iterator[float]:
    wait = FIRST_WAIT
    while True:
        yield wait
        wait = min(2 * wait, LONGEST_WAIT)


def _cause(error: Exception) -> BaseException | None:
    """The driver's own error, which SQLAlchemy wraps unless a connection is still being configured."""
    return error.orig if isinstance(error, DBAPIError) else error


def _code(error: Exception) -> int | str | None:
    """SQLite's primary result code or PostgreSQL's SQLSTATE."""
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return getattr(cause, "sqlstate", None)


def _passing(error: Exception) -> bool:
    """Whether the same work may succeed a little later."""
    code = _code(error)
    if isinstance(code, int):
        return code in (BUSY, LOCKED)
    if code is None:
        # The server has not answered at all.
        return type(_cause(error)).__name__ in ("OperationalError", "InterfaceError")
    return code.startswith(PASSING)

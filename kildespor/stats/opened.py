"""The tables to count in: those of ``kildespor batch``, of ``kildespor export``, or made of an archive, in DuckDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kildespor.batch import output
from kildespor.errors import UsageError

TABLES = ("articles", "attributions", "relays", "sources")
"""Those that figures are counted in."""


@contextmanager
def opened(where: Path | str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which :data:`TABLES` are views; of a job that is not finished, of the parts that are done.

    Raises UsageError when ``where`` holds no tables, those of another version or what cannot be counted in;
    ArchiveError as the archive does.
    """
    with TemporaryDirectory() as room, duckdb.connect(config={"temp_directory": room}) as connection:
        tables = _files(where, Path(room))
        try:
            for name, files in tables.items():
                # A view takes no parameters.
                paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
                connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{paths}])")
            yield connection
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            raise UsageError(
                f"{where}: its tables cannot be counted in ({reason}). Check the files, or write them anew with "
                "kildespor batch or kildespor export."
            ) from None


def unfinished(where: Path | str) -> tuple[int, int] | None:
    """How many parts of a job are done, and of how many, where that is not all."""
    path = Path(where)
    if not (path / output.JOB).exists():
        return None
    done, parts = len(list(path.glob("done/*.json"))), sum(1 for _ in output.parts(path))
    return (done, parts) if done < parts else None


def _files(where: Path | str | None, room: Path) -> dict[str, list[Path]]:
    if where is None or not (path := Path(where)).is_dir():
        return _of_archive(where, room)
    if all((path / f"{name}.parquet").exists() for name in TABLES):
        return {name: [path / f"{name}.parquet"] for name in TABLES}
    output.job_of(path)
    done = sorted(note.stem for note in path.glob("done/*.json"))
    if not done:
        raise UsageError(f"{path}: no part of the job is done yet. Run kildespor batch on.")
    return {name: [path / name / f"{number}.parquet" for number in done] for name in TABLES}


def _of_archive(where: Path | str | None, room: Path) -> dict[str, list[Path]]:
    from kildespor.archive import Archive
    from kildespor.export.tables import write_parquet

    if where is not None and not str(where).startswith("postgresql") and not Path(where).exists():
        raise UsageError(f"{where}: there is no such folder or archive. Check the path.")
    with Archive.open(where) as archive:
        write_parquet(archive.reports(), room / "archive")
    return {name: [room / "archive" / f"{name}.parquet"] for name in TABLES}

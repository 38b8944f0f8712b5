"""The tables of a part: those of :mod:`kildespor.export.tables` and what could not be read, in Parquet."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from kildespor.articles import Failure
from kildespor.batch.files import beside, write
from kildespor.batch.plan import Part
from kildespor.export.tables import SCHEMAS as REPORTS
from kildespor.export.tables import tables as tables_of
from kildespor.model import Report

VERSION = 1
"""Of the tables' schema: it changes when a column is renamed, changes type or goes; added columns leave it."""

FAILURES = "failures"
_TEXT: pa.DataType = pa.string()
SCHEMAS: dict[str, pa.Schema] = {
    **REPORTS,
    FAILURES: pa.schema({"source": _TEXT, "error": _TEXT, "reason": _TEXT}),
}

TOGETHER = 100
"""Reports that are held as values before they become rows of a table, which take far less."""


class Done(Struct, frozen=True, kw_only=True):
    """A part that has been read and written: the rows of each table, and how many articles were expected."""

    part: int
    expected: int
    rows: dict[str, int]


def write_part(out: Path, part: Part, results: Iterable[Report | Failure], metadata: dict[str, str]) -> Done:
    """Write the tables of a part: each file under another name first, then all under their own, last the note that
    the part is done. Whatever happens in between, the part counts as not read, and writing it again mends it.
    ``metadata`` goes into each file.

    Raises OSError when the folder cannot be written.
    """
    written: dict[str, list[pa.Table]] = {name: [] for name in SCHEMAS}
    waiting = iter(results)
    while some := list(islice(waiting, TOGETHER)):
        for name, table in tables_of(one for one in some if isinstance(one, Report)).items():
            written[name].append(table)
        written[FAILURES].append(_failures(one for one in some if isinstance(one, Failure)))
    whole = {name: _whole(pieces, SCHEMAS[name], metadata) for name, pieces in written.items()}
    hidden = {}
    for name, table in whole.items():
        with beside(_path(out, name, part.number)) as (hidden[name], file):
            pq.write_table(table, file, compression="zstd")
    for name, path in hidden.items():
        path.replace(_path(out, name, part.number))
    done = Done(part=part.number, expected=part.expected, rows={name: table.num_rows for name, table in whole.items()})
    write(done_path(out, part.number), [msgspec.json.encode(done)])
    return done


def done_path(out: Path, number: int) -> Path:
    """The note that a part is done."""
    return out / "done" / f"{number:06}.json"


def _path(out: Path, name: str, number: int) -> Path:
    return out / name / f"{number:06}.parquet"


def _failures(failures: Iterable[Failure]) -> pa.Table:
    rows = [
        {"source": failure.source, "error": type(failure.error).__name__, "reason": str(failure.error)}
        for failure in failures
    ]
    return pa.Table.from_pylist(rows, SCHEMAS[FAILURES])


def _whole(pieces: list[pa.Table], schema: pa.Schema, metadata: dict[str, str]) -> pa.Table:
    table = pa.concat_tables(pieces) if pieces else schema.empty_table()
    return table.combine_chunks().replace_schema_metadata(metadata)

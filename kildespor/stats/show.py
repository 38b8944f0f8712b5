"""Figures as text for the terminal and as CSV, one table at a time or all."""

import csv
import io
from collections.abc import Sequence
from typing import Literal, get_args

from kildespor.export.chain import one_line
from kildespor.export.csv import FORMULA_STARTS
from kildespor.messages import Words
from kildespor.stats.figures import Concentration, Group, Quoted, Stats

Table = Literal["outlets", "years", "sources", "concentration"]
TABLES: tuple[Table, ...] = get_args(Table)

_GROUP = tuple(field for field in Group.__struct_fields__ if field not in ("outlet", "year"))
COLUMNS: dict[Table, tuple[str, ...]] = {
    "outlets": ("outlet", *_GROUP),
    "years": ("outlet", "year", *_GROUP),
    "sources": Quoted.__struct_fields__,
    "concentration": tuple(field for field in Concentration.__struct_fields__ if field != "curve"),
}
"""The fields of each table, which are also the columns of its CSV."""

LONGEST = 28
"""Characters of a name in text."""

_IN_TEXT: dict[Table, tuple[str, ...]] = {
    "outlets": ("outlet", "articles", "attributions", "direct", "indirect", "media", "agency", "nobody", "sources"),
    "years": ("outlet", "year", "articles", "attributions", "direct", "indirect", "media", "agency", "nobody"),
    "sources": ("name", "attributions", "direct", "indirect", "relayed", "articles", "outlets"),
    "concentration": ("outlet", "sources", "attributions", "half", "gini"),
}


def rows_of(stats: Stats, table: Table) -> Sequence[Group | Quoted | Concentration]:
    """The rows of a table; of outlets the first is of all together."""
    return (stats.total, *stats.outlets) if table == "outlets" else getattr(stats, table)


def table_csv(stats: Stats, table: Table) -> str:
    """A table by RFC 4180, with the names of its fields; what is not known is empty."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS[table])
    writer.writerows([_guarded(getattr(row, field)) for field in COLUMNS[table]] for row in rows_of(stats, table))
    return lines.getvalue()


def table_text(stats: Stats, table: Table, words: Words) -> str:
    """A table as text, its numbers right aligned; the columns that fit a terminal."""
    fields = _IN_TEXT[table]
    cells = [[words(f"stats.{field}") for field in fields]]
    for number, row in enumerate(rows_of(stats, table)):
        whole = number == 0 and table in ("outlets", "concentration")
        cells.append([_cell(row, field, whole, words) for field in fields])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    named = {fields.index(field) for field in ("outlet", "name", "year") if field in fields}

    def line(row: list[str]) -> str:
        padded = enumerate(zip(row, widths, strict=True))
        return "  ".join(cell.ljust(w) if i in named else cell.rjust(w) for i, (cell, w) in padded)

    return f"{words(f'stats.heading_{table}')}\n\n" + "".join(line(row).rstrip() + "\n" for row in cells)


def _cell(row: Group | Quoted | Concentration, field: str, whole: bool, words: Words) -> str:
    value = getattr(row, field)
    if value is None:
        return words("stats.all") if whole else words("stats.unknown")
    told = f"{value:.2f}" if isinstance(value, float) else one_line(str(value))
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"


def _guarded(value: str | float | None) -> str | float | None:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value

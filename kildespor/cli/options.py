"""Options that several commands have."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from kildespor.errors import UsageError
from kildespor.messages import Lang, Words

MOST = 2**31 - 1
"""Past this no list goes on; databases count no further than 2**63 - 1."""

Form = Literal["text", "json", "csv"]

ArchiveOption = Annotated[str | None, typer.Option("--archive", metavar="PATH|ADDRESS", help="archive")]
FormOption = Annotated[Form, typer.Option("--format", "-f", help="format")]
LangOption = Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")]
RegisterOption = Annotated[list[Path] | None, typer.Option("--register", help="register")]
PrivateOption = Annotated[bool, typer.Option("--allow-private", help="allow_private")]
LimitOption = Annotated[int, typer.Option(min=1, max=MOST, help="limit")]
OffsetOption = Annotated[int, typer.Option(min=0, max=MOST, help="offset")]
ColumnOption = Annotated[list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help="column")]


def columns_of(given: Sequence[str] | None, words: Words) -> dict[str, str]:
    """The column that each field stands in, as :func:`kildespor.articles.articles_in` takes them. Raises UsageError for
    what says no such thing."""
    from kildespor.articles.columns import checked

    columns = {}
    for each in given or ():
        field, equals, column = each.partition("=")
        if not (field and equals and column):
            raise UsageError(words("cli.bad_column", column=each))
        columns[field] = column
    checked(columns)
    return columns

"""``kildespor export``: what an archive holds, in the forms that others read."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from kildespor.cli.options import ArchiveOption, LangOption
from kildespor.cli.output import write
from kildespor.cli.progress import progress, stepping
from kildespor.errors import UsageError
from kildespor.export.stream import exported
from kildespor.messages import Words
from kildespor.refusals import unwritten

Form = Literal["jsonl", "csv", "parquet", "prov", "schema-org", "web-annotation", "ninjs"]

app = typer.Typer()


@app.command(help="export")
def export(
    archive: ArchiveOption = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="export_format")] = "jsonl",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="export_out")] = None,
    lang: LangOption = "nb",
) -> None:
    from kildespor.archive import Archive

    words = Words(lang)
    if form == "parquet" and out is None:
        raise UsageError(words("cli.parquet_folder"))
    to_terminal = out is None and sys.stdout.isatty()
    with (
        Archive.open(archive, create=False) as opened,
        progress(opened.count(), words, shown=not to_terminal) as step,
    ):
        reports = stepping(opened.reports(), step)
        if form != "parquet":
            write(exported(reports, form, words), out, words)
        elif out is not None:
            from kildespor.export.tables import write_parquet

            try:
                paths = write_parquet(reports, out)
            except OSError as error:
                raise unwritten(out, error, words) from None
            print(*paths, sep="\n")

"""``kildespor export``: what an archive holds, in the forms that others read."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kildespor.cli.options import ArchiveOption, LangOption
from kildespor.cli.output import write
from kildespor.cli.progress import progress, stepping
from kildespor.errors import UsageError
from kildespor.export.stream import written
from kildespor.messages import Words

if TYPE_CHECKING:
    from kildespor.model import Report

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
    with Archive.open(archive) as opened, progress(opened.count(), words, shown=not to_terminal) as step:
        reports = stepping(opened.reports(), step)
        if form == "parquet" and out is not None:
            from kildespor.export.tables import write_parquet

            for path in write_parquet(reports, out):
                print(path)
        else:
            write(_pieces(reports, form, words), out, words)


def _pieces(reports: Iterator["Report"], form: Form, words: Words) -> Iterator[str]:
    """The reports in their form, as they come: one line a report, in csv one an attribution."""
    if form == "jsonl" or form == "csv":
        yield from written(reports, form, many=True, words=words)
        return
    name = form.replace("-", "_")
    linked: Callable[[Report], dict[str, Any]] = getattr(import_module(f"kildespor.export.{name}"), name)
    for report in reports:
        yield json.dumps(linked(report), ensure_ascii=False) + "\n"

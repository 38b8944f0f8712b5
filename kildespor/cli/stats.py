"""``kildespor stats``: who is quoted, how and through whom, in figures."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from kildespor.cli.options import FormOption, LangOption
from kildespor.cli.output import complain, put
from kildespor.messages import Words

app = typer.Typer()


@app.command(help="stats")
def stats(
    where: Annotated[str, typer.Argument(metavar="FOLDER|ARCHIVE", help="stats_where")],
    form: FormOption = "text",
    lang: LangOption = "nb",
    table: Annotated[
        Literal["outlets", "years", "sources", "concentration"] | None, typer.Option(help="stats_table")
    ] = None,
    outlet: Annotated[str | None, typer.Option(help="by_outlet")] = None,
    year: Annotated[str | None, typer.Option(help="stats_year")] = None,
    limit: Annotated[int, typer.Option(min=1, help="stats_limit")] = 20,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="plot")] = None,
) -> None:
    from kildespor.stats import show
    from kildespor.stats import stats as figures_of
    from kildespor.stats.opened import unfinished

    words = Words(lang)
    if left := unfinished(where):
        complain(words("stats.unfinished", where=where, done=left[0], parts=left[1]))
    figures = figures_of(where, outlet=outlet, year=year, limit=limit)
    if plot:
        from kildespor.stats.plot import draw

        draw(figures, table or "outlets", plot, words)
    match form:
        case "text":
            tables = [table] if table else show.TABLES
            told = "\n".join(show.table_text(figures, each, words) for each in tables)
        case "json":
            content = msgspec.json.encode(show.rows_of(figures, table) if table else figures)
            told = msgspec.json.format(content, indent=2).decode() + "\n"
        case "csv":
            told = show.table_csv(figures, table or "outlets")
    put(told, sys.stdout.buffer)

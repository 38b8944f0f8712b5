"""The commands that ask an archive and correct it: ``search``, ``source``, ``outlet``, ``report``, ``versions``,
``correct`` and ``export-corrections``; the names and the values are those of :class:`kildespor.archive.Archive`."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from kildespor.cli.options import ArchiveOption, FormOption, LangOption, LimitOption, OffsetOption
from kildespor.cli.output import say, width, write
from kildespor.cli.read import pieces
from kildespor.errors import UsageError
from kildespor.export.csv import table
from kildespor.export.json import indented
from kildespor.export.stream import Form as ReportForm
from kildespor.messages import Words
from kildespor.model import Act, Kind

app = typer.Typer()


@app.command(help="search")
def search(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS...", help="words")] = None,
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    within: Annotated[Literal["content", "article"], typer.Option(help="within")] = "content",
    source: Annotated[str | None, typer.Option(help="by_source")] = None,
    relay: Annotated[str | None, typer.Option(help="by_relay")] = None,
    outlet: Annotated[str | None, typer.Option(help="by_outlet")] = None,
    kind: Annotated[Kind | None, typer.Option(help="by_kind")] = None,
    act: Annotated[Act | None, typer.Option(help="by_act")] = None,
    hearsay: Annotated[bool | None, typer.Option("--hearsay/--no-hearsay", help="by_hearsay")] = None,
    control: Annotated[
        Literal["state", "party", "public service", "private"] | None, typer.Option(help="by_control")
    ] = None,
    since: Annotated[str | None, typer.Option(help="since")] = None,
    until: Annotated[str | None, typer.Option(help="until")] = None,
    order: Annotated[Literal["newest", "best"], typer.Option(help="order")] = "newest",
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
) -> None:
    from kildespor.archive import Archive, Query, show

    # What is asked goes by the same names here and there.
    asked = {name: context.params[name] for name in Query.__annotations__} | {"words": " ".join(words or ()) or None}
    with Archive.open(archive, create=False) as opened:
        page = opened.search(**asked)
    match form:
        case "text":
            say(show.page_text(page, Words(lang), width()))
        case "json":
            say(indented(page) + "\n")
        case "csv":
            say(show.findings_table(page.findings))


@app.command(help="source")
def source(
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="source_name")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
) -> None:
    from kildespor.archive import Archive, show

    with Archive.open(archive, create=False) as opened:
        figures = opened.source(" ".join(name), limit=limit, offset=offset)
    match form:
        case "text":
            say(show.source_text(figures, Words(lang), width()))
        case "json":
            say(indented(figures) + "\n")
        case "csv":
            say(show.findings_table(figures.page.findings))


@app.command(help="outlet_figures")
def outlet(
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="by_outlet")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="plot")] = None,
) -> None:
    from kildespor.archive import Archive, show

    words = Words(lang)
    with Archive.open(archive, create=False) as opened:
        figures = opened.outlet(" ".join(name))
    if plot:
        from kildespor.archive.plot import draw

        draw(figures, plot, words)
    match form:
        case "text":
            say(show.outlet_text(figures, words, width()))
        case "json":
            say(indented(figures) + "\n")
        case "csv":
            say(show.figures_table(figures))


@app.command(help="report")
def report(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="correct_article")],
    archive: ArchiveOption = None,
    form: Annotated[ReportForm, typer.Option("--format", "-f", help="format")] = "text",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="report_out")] = None,
    lang: LangOption = "nb",
    why: Annotated[bool, typer.Option("--why", help="why")] = False,
) -> None:
    from kildespor.archive import Archive

    words = Words(lang)
    with Archive.open(archive, create=False) as opened:
        found = opened.report(article)
    to_terminal = sys.stdout.isatty() and not out
    write(pieces(iter([found]), form, False, words, why, to_terminal), out, words)


@app.command(help="versions")
def versions(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="correct_article")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
) -> None:
    from kildespor.archive import Archive, show

    with Archive.open(archive, create=False) as opened:
        found = opened.versions(article)
    rows = show.versions_rows(found)
    match form:
        case "text":
            say(show.versions_text(found, Words(lang)))
        case "json":
            say(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
        case "csv":
            say(table([list(rows[0]), *(list(row.values()) for row in rows)]))


@app.command(help="correct")
def correct(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="correct_article")],
    attribution: Annotated[str, typer.Argument(metavar="ATTRIBUTION", help="correct_attribution")],
    verdict: Annotated[Literal["accept", "reject", "amend"], typer.Argument(help="verdict")],
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="change")] = None,
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
) -> None:
    from kildespor.archive import Archive

    words = Words(lang)
    with Archive.open(archive, create=False) as opened:
        fields = dict(_change(change, words) for change in changes or ())
        correction = opened.correct(article, attribution, verdict, **fields)
    match form:
        case "text":
            say(f"{article} {attribution}: {words(f'archive.{verdict}')}\n")
        case "json":
            say(indented(correction) + "\n")
        case "csv":
            say(table([("article", "attribution", "verdict"), (article, attribution, correction.verdict)]))


@app.command("export-corrections", help="export_corrections")
def export_corrections(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="folder")],
    archive: ArchiveOption = None,
    lang: LangOption = "nb",
) -> None:
    from kildespor.archive import Archive

    with Archive.open(archive, create=False) as opened:
        for path in opened.export_corrections(folder):
            say(f"{path}\n")


def _change(change: str, words: Words) -> tuple[str, Any]:
    """``FIELD=VALUE`` as field and value: JSON where it is that, else the characters as they stand. No field is a
    number or a truth value, and a year is a time."""
    field, equals, value = change.partition("=")
    if not equals:
        raise UsageError(words("archive.bad_change", change=change))
    try:
        decoded = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return field, value
    return field, value if isinstance(decoded, int | float) else decoded

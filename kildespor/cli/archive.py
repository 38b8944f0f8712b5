"""The commands on an archive: ``add``, ``search``, ``source``, ``outlet``, ``reread``, ``correct`` and
``export-corrections``; the names and the values are those of :class:`kildespor.archive.Archive`."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from kildespor.cli.output import complain, put
from kildespor.cli.sources import Unread, is_address, shown
from kildespor.errors import KildesporError, UsageError
from kildespor.messages import Lang, Words
from kildespor.model import Act, Kind

if TYPE_CHECKING:
    from kildespor.archive import Added
    from kildespor.archive.taking import Given as Source
    from kildespor.articles import Failure
    from kildespor.sources.register import Register

Form = Literal["text", "json", "csv"]

WIDEST = 100
"""Columns beyond which lines of text get hard to read."""

app = typer.Typer()

ArchiveOption = Annotated[str | None, typer.Option("--archive", metavar="PATH|ADDRESS", help="archive")]
FormOption = Annotated[Form, typer.Option("--format", "-f", help="format")]
LangOption = Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")]
RegisterOption = Annotated[list[Path] | None, typer.Option("--register", help="register")]
LimitOption = Annotated[int, typer.Option(min=1, help="limit")]
OffsetOption = Annotated[int, typer.Option(min=0, help="offset")]


@app.command(help="add")
def add(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="add_sources")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    outlet: Annotated[str | None, typer.Option(help="outlet")] = None,
    published: Annotated[str | None, typer.Option(help="published")] = None,
    language: Annotated[str | None, typer.Option(help="language")] = None,
    register: RegisterOption = None,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="allow_private")] = False,
) -> None:
    from kildespor.archive import Archive
    from kildespor.articles.many import files_of

    words = Words(lang)
    failures: list[Failure] = []
    known = {"outlet": outlet, "published": published, "language": language}
    with Archive.open(archive) as opened:
        named = _named(sources, known, failures, words)
        results = opened.add_many(named, **known, allow_private=allow_private, register=_register(register))
        total = sum(files_of(Path(name)) for name in sources) if sys.stderr.isatty() else None
        _tell(results, failures, form, words, total)


@app.command(help="search")
def search(
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
    from kildespor.archive import Archive, show

    with Archive.open(archive) as opened:
        page = opened.search(
            words=" ".join(words) if words else None,
            within=within,
            source=source,
            relay=relay,
            outlet=outlet,
            kind=kind,
            act=act,
            hearsay=hearsay,
            control=control,
            since=since,
            until=until,
            order=order,
            limit=limit,
            offset=offset,
        )
    match form:
        case "text":
            _say(show.page_text(page, Words(lang), _width()))
        case "json":
            _say(_json(page))
        case "csv":
            _say(show.findings_table(page.findings))


@app.command(help="source")
def source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="source_name")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
) -> None:
    from kildespor.archive import Archive, show

    with Archive.open(archive) as opened:
        figures = opened.source(name, limit=limit, offset=offset)
    match form:
        case "text":
            _say(show.source_text(figures, Words(lang), _width()))
        case "json":
            _say(_json(figures))
        case "csv":
            _say(show.findings_table(figures.page.findings))


@app.command(help="outlet_figures")
def outlet(
    name: Annotated[str, typer.Argument(metavar="NAME", help="by_outlet")],
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="plot")] = None,
) -> None:
    from kildespor.archive import Archive, show

    words = Words(lang)
    with Archive.open(archive) as opened:
        figures = opened.outlet(name)
    if plot:
        from kildespor.archive.plot import draw

        draw(figures, plot, words)
    match form:
        case "text":
            _say(show.outlet_text(figures, words, _width()))
        case "json":
            _say(_json(figures))
        case "csv":
            _say(show.figures_table(figures))


@app.command(help="reread")
def reread(
    archive: ArchiveOption = None,
    form: FormOption = "text",
    lang: LangOption = "nb",
    register: RegisterOption = None,
) -> None:
    from kildespor.archive import Archive

    with Archive.open(archive) as opened:
        _tell(opened.reread(register=_register(register)), [], form, Words(lang), None)


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
    from kildespor.archive import Archive, show

    words = Words(lang)
    with Archive.open(archive) as opened:
        fields = dict(_change(change, words) for change in changes or ())
        correction = opened.correct(article, attribution, verdict, **fields)
    match form:
        case "text":
            _say(f"{article} {attribution}: {words(f'archive.{verdict}')}\n")
        case "json":
            _say(_json(correction))
        case "csv":
            _say(show.table([("article", "attribution", "verdict"), (article, attribution, correction.verdict)]))


@app.command("export-corrections", help="export_corrections")
def export_corrections(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="folder")],
    archive: ArchiveOption = None,
    lang: LangOption = "nb",
) -> None:
    from kildespor.archive import Archive

    with Archive.open(archive) as opened:
        for path in opened.export_corrections(folder):
            _say(f"{path}\n")


def _register(paths: list[Path] | None) -> "Register | None":
    from kildespor.sources.register import load_register

    return load_register(*paths) if paths else None


def _named(
    sources: Sequence[str], known: dict[str, str | None], failures: list["Failure"], words: Words
) -> Iterator["Source"]:
    """What the names stand for, as it is wanted; what stands for nothing is told at once and kept for the end."""
    from kildespor.articles import Failure, article_from_bytes
    from kildespor.articles.many import articles_in

    for name in sources:
        if name == "-":
            try:
                yield article_from_bytes(sys.stdin.buffer.read(), file="-", **known)
            except KildesporError as error:
                _fail(Failure(name, error), failures)
        elif is_address(name):
            yield name
        elif shown(name) != name:
            _fail(Failure(shown(name), UsageError(words("cli.bad_name", name=shown(name)))), failures)
        else:
            for each in articles_in(Path(name)):
                if isinstance(each, Failure):
                    _fail(each, failures)
                else:
                    yield each


def _tell(
    results: Iterable["Added | Failure"], failures: list["Failure"], form: Form, words: Words, total: int | None
) -> None:
    """Tell of each article when it is in the archive; raise Unread at the end if any could not be read."""
    from kildespor.archive import Added, show

    n = 0
    with _progress(total) as advance:
        for result in results:
            advance()
            if not isinstance(result, Added):
                _fail(result, failures)
                continue
            match form:
                case "text":
                    _say(show.added_line(result, words))
                case "json":
                    _say((",\n" if n else "[\n") + _json(result).rstrip())
                case "csv":
                    _say(("" if n else show.table([show.ADDED_COLUMNS])) + show.added_row(result))
            n += 1
    if form == "json":
        _say("\n]\n" if n else "[]\n")
    if failures:
        raise Unread(failures, n + len(failures), words)


def _fail(failure: "Failure", failures: list["Failure"]) -> None:
    complain(str(failure.error))
    failures.append(failure)


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[], None]]:
    """A bar on standard error with the rate and what is left, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines for the same terminal have to go past the bar.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def _change(change: str, words: Words) -> tuple[str, Any]:
    """``FIELD=VALUE`` as field and value: JSON where it is that, else the characters as they stand."""
    field, equals, value = change.partition("=")
    if not equals:
        raise UsageError(words("archive.bad_change", change=change))
    try:
        return field, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return field, value


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else 80


def _say(piece: str) -> None:
    if not sys.stdout.isatty():
        put(piece, sys.stdout.buffer)
        return
    print(piece, end="")

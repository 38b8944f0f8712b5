"""The command line: options in, calls of the package, reports out; and the one place where errors become exit codes."""

import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, pairwise
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal
from urllib.parse import urlsplit

import typer
from msgspec import Struct, structs
from typer.exceptions import TyperException

from kildespor.errors import KildesporError, UsageError
from kildespor.export.stream import Form, written
from kildespor.messages import Lang, Words

if TYPE_CHECKING:
    from kildespor.model import Report
    from kildespor.reading import Failure

INTERRUPTED = 130
CLOSED_PIPE = 141
"""What a shell reports of a program that SIGINT or SIGPIPE has ended."""

WIDEST = 100
"""Columns beyond which lines of text get hard to read."""

app = typer.Typer(help="app", add_completion=False, no_args_is_help=True)


class Given(Struct, frozen=True):
    """What the options say of the articles, where the articles do not say it."""

    outlet: str | None
    published: str | None
    language: str | None
    url: str | None


class Unread(KildesporError):
    """Some of many sources could not be read; a usage error if none of them could for want of a right call."""

    def __init__(self, failures: Sequence["Failure"], total: int, words: Words) -> None:
        names = "".join(f"\n  {failure.source}" for failure in failures)
        super().__init__(words("cli.failed", n=len(failures), total=total) + names)
        self.exit_status = min(failure.error.exit_status for failure in failures)


class PipeClosed(Exception):
    """Nobody reads standard output any more. A BrokenPipeError itself would be taken by typer and end in status 1."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: 0, 1 (something could not be read), 2 (the call itself is off)."""
    words = Words(_lang_of(arguments))
    try:
        result = _command(words).main(list(arguments), prog_name="kildespor", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except KildesporError as error:
        _complain(str(error))
        return error.exit_status
    except TyperException as error:
        # Without a message help has been shown instead.
        if message := error.format_message():
            _complain(f"{message} ({words('cli.seek_help')})")
        return error.exit_code
    except (PipeClosed, BrokenPipeError):
        # What is left in the buffer would fail once more when the interpreter closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except OSError as error:
        _complain(error.strerror or str(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _command(words: Words) -> Any:
    """The app as a command whose help texts, in the code the keys of messages, are in the language of ``words``."""
    command: Any = typer.main.get_command(app)
    for each in (command, *command.commands.values()):
        each.help = words(f"help.{each.help}")
        for parameter in each.params:
            if f"help.{parameter.help}" in words:
                parameter.help = words(f"help.{parameter.help}")
    return command


def _lang_of(arguments: Sequence[str]) -> Lang:
    """The language for help and complaints, which are wanted before the options are read."""
    named = [after for before, after in pairwise(arguments) if before == "--lang"]
    named += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    return "en" if [*named, os.environ.get("KILDESPOR_LANG")][0] == "en" else "nb"


def _complain(message: str) -> None:
    print(f"kildespor: {message}", file=sys.stderr)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"kildespor {version('kildespor')}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[bool, typer.Option("--version", help="version", callback=_show_version, is_eager=True)] = False,
) -> None:
    pass


@app.command(help="read")
def read(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="sources")],
    form: Annotated[Form, typer.Option("--format", "-f", help="format")] = "text",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="out")] = None,
    lang: Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")] = "nb",
    outlet: Annotated[str | None, typer.Option(help="outlet")] = None,
    published: Annotated[str | None, typer.Option(help="published")] = None,
    language: Annotated[str | None, typer.Option(help="language")] = None,
    url: Annotated[str | None, typer.Option(help="url")] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="min_confidence")] = 0,
    why: Annotated[bool, typer.Option("--why", help="why")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="allow_private")] = False,
) -> None:
    from kildespor.export.confidence import at_least

    words, many = Words(lang), len(sources) > 1
    _check_call(sources, form, out, url, words)
    failures: list[Failure] = []
    results = _results(sources, Given(outlet, published, language, url), allow_private, words)
    reports = (at_least(report, min_confidence) for report in _reports(results, failures, many))
    if form == "html" and many and out:
        _write_pages(reports, out, words, why)
    else:
        _write(_pieces(reports, form, many, words, why, sys.stdout.isatty() and not out), out, words)
    if failures:
        raise Unread(failures, len(sources), words)


def _pieces(
    reports: Iterator["Report"], form: Form, many: bool, words: Words, why: bool, to_terminal: bool
) -> Iterator[str]:
    return written(
        reports,
        form,
        many=many,
        words=words,
        width=min(shutil.get_terminal_size().columns, WIDEST) if to_terminal else 80,
        colour=to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        why=why,
    )


def _check_call(sources: Sequence[str], form: Form, out: Path | None, url: str | None, words: Words) -> None:
    many = len(sources) > 1
    if url and many:
        raise UsageError(words("cli.one_url", n=len(sources)))
    if form == "html" and many:
        if out is None:
            raise UsageError(words("cli.many_pages"))
        if out.is_file():
            raise UsageError(words("cli.out_is_file", path=out))
    elif out and out.is_dir():
        raise UsageError(words("cli.out_is_folder", path=out))
    elif out and any(Path(source).exists() and out.exists() and out.samefile(source) for source in sources):
        raise UsageError(words("cli.out_is_source", path=out))


def _results(sources: Sequence[str], given: Given, allow_private: bool, words: Words) -> Iterator["Report | Failure"]:
    """Read the sources in the order given."""
    from kildespor.reading import Failure, read_many

    for way, group in groupby(sources, key=_way):
        match way:
            case "standard input":
                yield from (_from_standard_input(given) for _ in group)
            case "unnamable":
                yield from (
                    Failure(source=_shown(name), error=UsageError(words("cli.bad_name", name=_shown(name))))
                    for name in group
                )
            case "named":
                named = [source if _is_address(source) else Path(source) for source in group]
                yield from read_many(named, **structs.asdict(given), allow_private=allow_private)


def _way(source: str) -> Literal["standard input", "unnamable", "named"]:
    if source == "-":
        return "standard input"
    # A name that is not UTF-8 reaches Python in surrogates, which no form of output can hold.
    return "unnamable" if _shown(source) != source else "named"


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _from_standard_input(given: Given) -> "Report | Failure":
    from kildespor.articles import article_from_bytes
    from kildespor.reading import Failure
    from kildespor.reading import read as read_article

    try:
        return read_article(article_from_bytes(sys.stdin.buffer.read(), file="-", **structs.asdict(given)))
    except KildesporError as error:
        return Failure(source="-", error=error)


def _reports(results: Iterator["Report | Failure"], failures: list["Failure"], many: bool) -> Iterator["Report"]:
    """Pass the reports on. A failure ends a run over one source; of many it is told at once and kept for the end."""
    from kildespor.model import Report

    for result in results:
        if isinstance(result, Report):
            yield result
        elif many:
            _complain(str(result.error))
            failures.append(result)
        else:
            raise result.error


def _write(pieces: Iterator[str], out: Path | None, words: Words) -> None:
    """Write the pieces as they come. The file is not touched before the first one is there."""
    for piece in pieces:
        if out is None:
            _put(piece, sys.stdout.buffer)
            continue
        with _opened(out, words) as file:
            for each in chain([piece], pieces):
                _put(each, file)


def _put(piece: str, stream: BinaryIO) -> None:
    try:
        stream.write(piece.encode())
        stream.flush()
    except BrokenPipeError:
        raise PipeClosed from None


def _opened(path: Path, words: Words) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise UsageError(words("cli.cannot_write", path=path, reason=error.strerror)) from None


def _write_pages(reports: Iterator["Report"], folder: Path, words: Words, why: bool) -> None:
    """Write one page a report into the folder, named after its source, with a number where two have the same name."""
    from kildespor.export.html import html

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(words("cli.cannot_write", path=folder, reason=error.strerror)) from None
    names: Counter[str] = Counter()
    for report in reports:
        name = _page_name(report)
        names[name] += 1
        page = folder / (f"{name}.html" if names[name] == 1 else f"{name}-{names[name]}.html")
        with _opened(page, words) as file:
            _put(html(report, words=words, why=why), file)


def _page_name(report: "Report") -> str:
    article = report.article
    stem = PurePath(article.file or urlsplit(article.url or "").path).stem
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "article"


@app.command(help="evaluate")
def evaluate(
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="gold_dir")],
    entities: Annotated[bool, typer.Option("--entities", help="entities")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as_json")] = False,
    errors: Annotated[int, typer.Option(min=0, help="errors")] = 0,
    lang: Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")] = "nb",
) -> None:
    from kildespor import evaluation

    comparisons = evaluation.compare(gold_dir)
    figures = evaluation.score(comparisons, entities=entities)
    wrong = evaluation.errors(comparisons)[:errors]
    if as_json:
        import msgspec

        told = figures.as_dict() | ({"errors": msgspec.to_builtins(wrong)} if errors else {})
        print(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        print("\n".join([figures.table(), *(error.line() for error in wrong)]))


if __name__ == "__main__":
    main()

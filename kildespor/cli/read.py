"""``kildespor read``: articles in, reports out."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from kildespor.cli.output import opened, put, width, write
from kildespor.cli.progress import progress, stepping
from kildespor.cli.sources import Failed, Given, Unread, reports, results
from kildespor.errors import UsageError
from kildespor.export.stream import Form, written
from kildespor.messages import Lang, Words
from kildespor.refusals import unwritten

if TYPE_CHECKING:
    from kildespor.model import Report

app = typer.Typer()


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
    register: Annotated[list[Path] | None, typer.Option(help="register")] = None,
) -> None:
    from kildespor.export.confidence import at_least
    from kildespor.sources.register import load_register

    words, many = Words(lang), len(sources) > 1
    _check_call(sources, form, out, url, words)
    given = Given(outlet, published, language, url, load_register(*register) if register else None)
    failed = Failed()
    to_terminal = sys.stdout.isatty() and not out
    with progress(len(sources), words, shown=many and not to_terminal) as step:
        taken = stepping(results(sources, given, allow_private, words), step)
        surer = (at_least(report, min_confidence) for report in reports(taken, failed, many, words))
        if form == "html" and many and out:
            _write_pages(surer, out, words, why)
        else:
            write(pieces(surer, form, many, words, why, to_terminal), out, words)
    if failed.n:
        raise Unread(failed, len(sources), words)


def pieces(
    reports: Iterator["Report"], form: Form, many: bool, words: Words, why: bool, to_terminal: bool
) -> Iterator[str]:
    """The reports in their form, as they come; text as wide as the terminal, in colours unless it refuses them."""
    return written(
        reports,
        form,
        many=many,
        words=words,
        width=width() if to_terminal else 80,
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


def _write_pages(reports: Iterator["Report"], folder: Path, words: Words, why: bool) -> None:
    """Write one page a report into the folder, named after its source, with a number where two have the same name."""
    from kildespor.export.html import html

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritten(folder, error, words) from None
    names: Counter[str] = Counter()
    for report in reports:
        name = _page_name(report)
        names[name] += 1
        page = folder / (f"{name}.html" if names[name] == 1 else f"{name}-{names[name]}.html")
        with opened(page, words) as file:
            put(html(report, words=words, why=why), file)


def _page_name(report: "Report") -> str:
    article = report.article
    stem = PurePath(article.file or urlsplit(article.url or "").path).stem
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "article"

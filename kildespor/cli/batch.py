"""``kildespor batch``: collections in, tables out."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kildespor.cli.options import ColumnOption, LangOption, columns_of
from kildespor.cli.output import complain
from kildespor.cli.progress import progress
from kildespor.errors import UsageError
from kildespor.messages import Words

if TYPE_CHECKING:
    from kildespor.batch import Progress
    from kildespor.cli.progress import Step

app = typer.Typer()


@app.command(help="batch")
def batch(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="batch_inputs")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="batch_out")],
    lang: LangOption = "nb",
    outlet: Annotated[str | None, typer.Option(help="outlet")] = None,
    published: Annotated[str | None, typer.Option(help="published")] = None,
    language: Annotated[str | None, typer.Option(help="language")] = None,
    column: ColumnOption = None,
    register: Annotated[list[Path] | None, typer.Option(help="register")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="batch_workers")] = None,
    ray: Annotated[str | None, typer.Option(metavar="ADDRESS", help="batch_ray")] = None,
) -> int:
    words = Words(lang)
    columns = columns_of(column, words)
    try:
        from kildespor.batch import batch as run
    except ModuleNotFoundError as error:
        raise UsageError(words("batch.extra", package=error.name)) from None

    with progress(1, words) as step:
        summary = run(
            inputs,
            out,
            columns=columns,
            outlet=outlet,
            published=published,
            language=language,
            register=register or (),
            workers=workers,
            ray=ray,
            tell=_telling(step),
        )
    read, failed = summary.rows.get("articles", 0), summary.rows.get("failures", 0)
    print(words("batch.done", articles=read, attributions=summary.rows.get("attributions", 0), out=out))
    if failed:
        complain(words("batch.failed", n=failed, out=out / "failures"))
    return 0 if read or not failed else 1


def _telling(step: "Step") -> Callable[["Progress"], object]:
    """Tells the bar of what this run has done of what it has to do."""
    told = 0

    def tell(progress: "Progress") -> None:
        nonlocal told
        now, whole = progress.articles - progress.before, progress.expected - progress.before
        step(now / max(whole, now, 1), articles=now - told)
        told = now

    return tell

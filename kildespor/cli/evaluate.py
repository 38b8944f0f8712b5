"""``kildespor evaluate``: the model measured against articles annotated by hand."""

from pathlib import Path
from typing import Annotated

import typer

from kildespor.messages import Lang

app = typer.Typer()


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

"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from kildespor.messages import Lang

Form = Literal["text", "json", "csv"]

ArchiveOption = Annotated[str | None, typer.Option("--archive", metavar="PATH|ADDRESS", help="archive")]
FormOption = Annotated[Form, typer.Option("--format", "-f", help="format")]
LangOption = Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")]
RegisterOption = Annotated[list[Path] | None, typer.Option("--register", help="register")]
PrivateOption = Annotated[bool, typer.Option("--allow-private", help="allow_private")]

"""The command line: options in, calls of the package, reports out; and the one place where errors become exit codes.

``sources`` takes the articles that are named, ``output`` writes; the other modules hold the commands.
"""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from kildespor.cli import adding, archive, batch, evaluate, export, read, register, serve, stats, story
from kildespor.cli.output import PipeClosed, complain
from kildespor.errors import KildesporError
from kildespor.messages import Lang, Words
from kildespor.refusals import said

INTERRUPTED = 130
CLOSED_PIPE = 141
"""What a shell reports of a program that SIGINT or SIGPIPE has ended."""

app = typer.Typer(help="app", add_completion=False, no_args_is_help=True)
for commands in (read, adding, archive, batch, stats, export, register, evaluate, serve, story):
    app.add_typer(commands.app)


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
        complain(said(str(error), words))
        return error.exit_status
    except TyperException as error:
        # Without a message help has been shown instead.
        if message := error.format_message():
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "kildespor"
            complain(f"{message} ({words('cli.seek_help', command=command)})")
        return error.exit_code
    except (PipeClosed, BrokenPipeError):
        # What is left in the buffer would fail once more when the interpreter closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except OSError as error:
        complain(said(error.strerror or str(error), words))
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

"""What goes to standard output, a file or standard error."""

import shutil
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from kildespor.messages import Words
from kildespor.refusals import unwritten

WIDEST = 100
"""Columns beyond which lines of text get hard to read."""


class PipeClosed(Exception):
    """Nobody reads standard output any more. A BrokenPipeError itself would be taken by typer and end in status 1."""


def complain(message: str) -> None:
    """Tell the user on standard error."""
    print(f"kildespor: {message}", file=sys.stderr)


def write(pieces: Iterator[str], out: Path | None, words: Words) -> None:
    """Write the pieces as they come. The file is not touched before the first one is there."""
    for piece in pieces:
        if out is None:
            put(piece, sys.stdout.buffer)
            continue
        with opened(out, words) as file:
            for each in chain([piece], pieces):
                put(each, file)


def say(piece: str) -> None:
    """Write a piece to standard output, past the bar if one is shown on the same terminal."""
    if sys.stdout.isatty():
        print(piece, end="")
    else:
        put(piece, sys.stdout.buffer)


def width() -> int:
    """The columns that text may take on standard output."""
    return min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else 80


def put(piece: str, stream: BinaryIO) -> None:
    try:
        stream.write(piece.encode())
        stream.flush()
    except BrokenPipeError:
        raise PipeClosed from None


def opened(path: Path, words: Words) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise unwritten(path, error, words) from None

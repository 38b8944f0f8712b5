"""A process of one's own with a connection to it, ended from here."""

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any


class Child:
    """A process that is sent one thing at a time and answers. Used by one thread at a time."""

    def __init__(self, serve: Callable[..., None], *given: Any, daemon: bool) -> None:
        """Start the process: it runs ``serve`` with the other end of the connection and what else is ``given``."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=serve, args=(theirs, *given), daemon=daemon)
        self._process.start()
        theirs.close()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        with suppress(OSError):
            self.connection.close()

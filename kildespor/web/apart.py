"""Work that takes long (figures of the whole archive, many articles at once): a piece at a time, in a process of its
own that is ended when it takes too long."""

import signal
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import anyio

from kildespor.errors import KildesporError, UsageError
from kildespor.web.child import Child
from kildespor.web.readers import Busy

WAITING = 4
"""Pieces of work that may wait; whoever comes then is asked to come again."""

T = TypeVar("T")


class Apart:
    """A process for work that takes long, each piece at most ``seconds``. It starts with the first piece."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._one = anyio.CapacityLimiter(1)
        self._waiting = 0
        self._child: Child | None = None

    async def do(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, which goes to another process and so must be picklable. Raises :class:`Busy`, UsageError
        when it takes too long, and the KildesporErrors that it raises."""
        if self._waiting > WAITING:
            raise Busy("Other work that takes long is being done just now. Try again in a few seconds.")
        self._waiting += 1
        try:
            return await anyio.to_thread.run_sync(self._done, work, limiter=self._one)
        finally:
            self._waiting -= 1

    def end(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.end()
        self._child = None

    def _done(self, work: Callable[[], T]) -> T:
        try:
            answer = self._asked(work)
        except (EOFError, OSError):
            self.end()
            raise KildesporError("The process that did the work has ended. Ask again, or ask for less.") from None
        if isinstance(answer, KildesporError):
            raise answer
        return cast(T, answer)

    def _asked(self, work: Callable[[], T]) -> Any:
        if self._child is None:
            # No daemon, since a batch has processes of its own. These end with it.
            self._child = Child(_serve, daemon=False)
        connection = self._child.connection
        # A process that is ended cannot tidy up after itself. What its last worker still writes is no error.
        with TemporaryDirectory(prefix="kildespor-", ignore_cleanup_errors=True) as folder:
            connection.send((work, folder))
            if not connection.poll(self._seconds):
                self.end()
                raise UsageError(
                    f"That took more than {self._seconds:g} seconds. Ask for less, or do it with the command line."
                )
            return connection.recv()


def _serve(connection: Connection) -> None:
    """Do one piece of work after the other, each with its temporary files in its own folder, until the connection
    ends."""
    # An interrupt at the terminal goes to every process of the group; the server ends this one itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            work, tempfile.tempdir = connection.recv()
            connection.send(_answer(work))
        except (EOFError, BrokenPipeError):
            return


def _answer(work: Callable[[], object]) -> object:
    try:
        return work()
    except KildesporError as error:
        return error

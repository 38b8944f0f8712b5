"""Articles read for many users at once: a few processes, a short queue, and a lane that long articles cannot fill."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from kildespor.errors import ArticleError, KildesporError
from kildespor.model import Report
from kildespor.web.child import Child
from kildespor.web.reader import READY, Job, serve

LONG = 20_000
"""From so many characters or bytes on an article is long. One reader is always kept for those that are not."""

WAITING = 16
"""Articles that may wait for each reader; whoever comes then is asked to come again."""

STARTING = 60.0
"""Seconds that a process may take until its model is loaded."""


class Busy(KildesporError):
    """Too many wait already."""


class TooLong(ArticleError):
    """The reading took longer than it may."""


class Readers:
    """So many processes that read, each at most ``seconds`` an article. ``registers`` are files as in
    :func:`kildespor.sources.register.load_register`."""

    def __init__(self, number: int, seconds: float, registers: tuple[Path, ...] = ()) -> None:
        number = max(2, number)
        self._readers = [_Reader(seconds, registers) for _ in range(number)]
        self._idle: asyncio.Queue[_Reader] = asyncio.Queue()
        self._long = asyncio.Semaphore(number - 1)
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="kildespor-reader")
        self._waiting = 0

    async def read(self, job: Job) -> Report:
        """The report of a job. Raises :class:`Busy`, :class:`TooLong` and what :func:`kildespor.read` raises."""
        if self._waiting >= WAITING * len(self._readers):
            raise Busy("Many articles are being read just now. Try again in a few seconds.")
        self._waiting += 1
        try:
            async with self._lane(job):
                reader = await self._idle.get()
                try:
                    return await asyncio.get_running_loop().run_in_executor(self._threads, reader.read, job)
                finally:
                    self._idle.put_nowait(reader)
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def _lane(self, job: Job) -> AsyncIterator[None]:
        if job.size < LONG:
            yield
            return
        async with self._long:
            yield

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the processes and end them."""
        for reader in self._readers:
            reader.start()
            self._idle.put_nowait(reader)
        try:
            yield
        finally:
            for reader in self._readers:
                reader.end()
            self._threads.shutdown(wait=False, cancel_futures=True)


class _Reader:
    """One process and the connection to it. Used by one thread at a time."""

    def __init__(self, seconds: float, registers: tuple[Path, ...]) -> None:
        self._seconds = seconds
        self._registers = registers
        self._child: Child | None = None
        self._ready = False

    def start(self) -> None:
        self._child = Child(serve, self._registers, daemon=True)
        self._ready = False

    def end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None

    def read(self, job: Job) -> Report:
        try:
            answer = self._asked(job)
        except (EOFError, OSError):
            self.end()
            raise ArticleError("Reading the article ended the process that read it. Give a part of it.") from None
        if isinstance(answer, KildesporError):
            raise answer
        return answer

    def _asked(self, job: Job) -> Report | KildesporError:
        if self._child is None:
            self.start()
        assert self._child is not None
        connection = self._child.connection
        if not self._ready:
            if not connection.poll(STARTING):
                self.end()
                raise Busy("The reader is still starting. Try again in a few seconds.")
            started = connection.recv()
            if started != READY:
                self.end()
                raise started
            self._ready = True
        connection.send(job)
        if not connection.poll(self._seconds):
            self.end()
            raise TooLong(f"Reading the article took more than {self._seconds:g} seconds. Give a part of it.")
        answer: Report | KildesporError = connection.recv()
        return answer

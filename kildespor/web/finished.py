"""Pages as they were set, kept so that the next who asks for one need not wait until it is set again."""

from collections.abc import Callable, Hashable
from threading import Lock

from cachetools import LRUCache, cachedmethod

MOST_BYTES = 40_000_000
"""Bytes of pages kept at most: some 500 of ordinary length, those asked for last."""


class Finished:
    """Pages by all that they are made of, so that none is ever older than what it shows. Threads may share it."""

    def __init__(self, room: int = MOST_BYTES) -> None:
        self._pages: LRUCache[Hashable, bytes] = LRUCache(room, getsizeof=len)
        self._lock = Lock()

    @cachedmethod(lambda self: self._pages, key=lambda self, made_of, make: made_of, lock=lambda self: self._lock)
    def page(self, made_of: Hashable, make: Callable[[], str]) -> bytes:
        """The page made of this, in UTF-8; it is made where it is not kept."""
        return make().encode()

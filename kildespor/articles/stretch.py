"""A stretch of a collection: what of a file is to be read, so that several can read one file side by side."""

from msgspec import Struct


class Stretch(Struct, frozen=True):
    """A stretch of a file that holds many articles, from ``start`` to ``stop`` (exclusive; None is the end).

    Of WARC it is the records that begin at these bytes, of JSON Lines the lines and of Parquet the rows of these
    numbers, from 1. ``offset`` is the byte at which line ``start`` begins; 0 lets the lines before it be read and
    passed over, as in a gzipped file. Stretches that meet hold every article of a file once.
    """

    start: int
    stop: int | None = None
    offset: int = 0

    def __contains__(self, place: int) -> bool:
        return self.start <= place and (self.stop is None or place < self.stop)

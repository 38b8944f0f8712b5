"""What is given back in the place of an article that could not be read."""

from msgspec import Struct

from kildespor.errors import KildesporError


class Failure(Struct, frozen=True):
    """A source of many that could not be read, and why. ``source`` is a path, with the line, row or byte offset after
    a colon where it is a part of a file, or an address."""

    source: str
    error: KildesporError

"""What can go wrong with an archive."""

from kildespor.errors import KildesporError


class ArchiveError(KildesporError):
    """The archive cannot be used: locked, full, not reachable, newer than this Kildespor, or something else's file."""

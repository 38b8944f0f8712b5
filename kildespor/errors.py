"""What can go wrong, as a small tree. Every message names the thing and the mend; the command line and the HTTP API
turn them into exit codes and problems in one place each."""


class KildesporError(Exception):
    """Anything that Kildespor reports to its user. ``exit_status`` is what the command line ends with."""

    exit_status = 1


class UsageError(KildesporError):
    """The call itself is off: an option's value, a missing file, a folder where a file is wanted."""

    exit_status = 2


class ArticleError(KildesporError):
    """The input cannot be taken as an article: empty, binary, no article in the page, an unknown language."""


class FetchError(KildesporError):
    """An address did not give a page: no answer, an error status, refused, too large, too slow."""


class ModelError(KildesporError):
    """The model file is missing or of another version."""


class ArchiveError(KildesporError):
    """The archive cannot be used: locked, full, not reachable, newer than this Kildespor, or something else's file."""

"""Reports that have been read on the page and not been put into the archive: kept a while, in memory only."""

import secrets

from cachetools import LRUCache

from kildespor.model import Report

MOST_CHARACTERS = 5_000_000
"""Characters of article text kept at most, those looked at last."""


class Recent:
    """Reports by keys that cannot be guessed; the one longest not looked at is forgotten when there is no more room."""

    def __init__(self, room: int = MOST_CHARACTERS) -> None:
        self._reports: LRUCache[str, Report] = LRUCache(room, getsizeof=lambda report: len(report.article.text))

    def keep(self, report: Report) -> str:
        """Keep a report, which must not be larger than all the room, and return its key."""
        key = secrets.token_urlsafe(12)
        self._reports[key] = report
        return key

    def get(self, key: str) -> Report | None:
        """The report with that key, None where there is none any more."""
        return self._reports.get(key)

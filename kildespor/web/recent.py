"""Reports that have been read on the page and not been put into the archive: kept a while, in memory only."""

import secrets
from collections import OrderedDict

from kildespor.model import Report

MOST_CHARACTERS = 5_000_000
"""Characters of article text kept at most, the newest."""


class Recent:
    """Reports by keys that cannot be guessed; the oldest is forgotten when there is no more room."""

    def __init__(self, room: int = MOST_CHARACTERS) -> None:
        self._reports: OrderedDict[str, Report] = OrderedDict()
        self._room = room

    def keep(self, report: Report) -> str:
        """Keep a report and return its key."""
        key = secrets.token_urlsafe(12)
        self._reports[key] = report
        self._room -= len(report.article.text)
        while self._room < 0 and len(self._reports) > 1:
            _, forgotten = self._reports.popitem(last=False)
            self._room += len(forgotten.article.text)
        return key

    def get(self, key: str) -> Report | None:
        """The report with that key, None where there is none any more."""
        return self._reports.get(key)

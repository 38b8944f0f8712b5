"""When the article was published: one day, or the days of which it was one."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from edtf import Date, DateAndTime, EDTFParseException, UncertainOrApproximate, parse_edtf
from msgspec import Struct


class Published(Struct, frozen=True):
    """The first and last possible day of publication, and the hour when it is known."""

    first: date
    last: date
    hour: int | None = None

    def days(self) -> Iterator[date]:
        """Every possible day, in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    @property
    def is_known(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last


@lru_cache(maxsize=1024)
def published_on(edtf: str | None) -> Published | None:
    """The time of publication from an EDTF year, month, day or day with time; None for anything else, or no EDTF.

    Years before 1000 and after 2999 are taken for slips, and decades say too little to count from.
    """
    if not edtf:
        return None
    try:
        parsed = parse_edtf(edtf)
    except (EDTFParseException, ValueError, AttributeError, TypeError):
        return None
    if isinstance(parsed, UncertainOrApproximate):
        parsed = parsed.date
    hour = int(parsed.time[:2]) % 24 if isinstance(parsed, DateAndTime) else None
    if isinstance(parsed, DateAndTime):
        parsed = parsed.date
    if not isinstance(parsed, Date):
        return None
    try:
        first, last = date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3])
    except (ValueError, TypeError, OverflowError):
        return None
    plausible = first.year >= 1000 and last.year <= 2999 and first <= last <= first + timedelta(days=366)
    return Published(first, last, hour) if plausible else None

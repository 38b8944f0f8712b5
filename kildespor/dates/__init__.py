"""When it was said and when it happened: expressions of time and their values in EDTF, uncertainty kept."""

from kildespor.dates.find import find_dates
from kildespor.dates.saying import when_said

__all__ = ["find_dates", "when_said"]

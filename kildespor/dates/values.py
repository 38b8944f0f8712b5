"""Calendar values and their EDTF form.

The form is that of the Library of Congress' Extended Date/Time Format (ISO 8601-2:2019, levels 0 to 2), built from the
classes of the `edtf` package. What that package does not parse is not written: no time of day in a set or an interval,
no `~` on a season or a time.
"""

from calendar import monthrange
from datetime import date, timedelta

from edtf import Date, DateAndTime, EDTFObject, Interval, Level1Interval, Season, UncertainOrApproximate
from edtf.parser.parser_classes import UA, Consecutives, Level2Season, MultipleDates, OneOfASet, Unspecified
from msgspec import Struct
from msgspec.structs import replace

MOST_OPTIONS = 62
"""A set longer than this says nothing that a reader can use."""

PART_MONTHS = {
    **{month: (month, month) for month in range(1, 13)},
    21: (3, 5),
    22: (6, 8),
    23: (9, 11),
    24: (12, 14),
    **{33 + quarter: (3 * quarter + 1, 3 * quarter + 3) for quarter in range(4)},
    40: (1, 6),
    41: (7, 12),
}
"""First and last month of a month, a northern season, a quarter and a half-year, by EDTF's codes. Winter 24 begins in
December of its year and runs on into the next, so its last month is 14."""


class Period(Struct, frozen=True, order=True):
    """A year, a part of it (month 1-12, or EDTF's code 21-41 of a season, quarter or half-year) or a day."""

    year: int
    part: int | None = None
    day: int | None = None
    approximate: bool = False


class Range(Struct, frozen=True):
    """The time from a first to a last period, both included; one period when they are the same."""

    first: Period
    last: Period


class Value(Struct, frozen=True):
    """What an expression of time stands for.

    ``options``: the ranges of which it is one. ``digits``: a decade or century with its open digits, ``199X``, instead
    of options. ``clock``: ``hh:mm:ss`` with an optional zone. ``before``: any time up to the option. ``all_of``: every
    option, not one of them.
    """

    options: tuple[Range, ...] = ()
    digits: str | None = None
    clock: str | None = None
    before: bool = False
    all_of: bool = False


def of_day(day: date, approximate: bool = False) -> Period:
    """The period of one calendar day."""
    return Period(day.year, day.month, day.day, approximate)


def single(period: Period) -> Value:
    """The value that is just this period."""
    return Value(options=(Range(period, period),))


def first_day(period: Period) -> date | None:
    """The first day of a period; None outside the years 1 to 9999."""
    month = PART_MONTHS[period.part][0] if period.part else 1
    return _date(period.year, month, period.day or 1)


def last_day(period: Period) -> date | None:
    """The last day of a period; None outside the years 1 to 9999."""
    if period.day:
        return first_day(period)
    year, month = period.year, PART_MONTHS[period.part][1] if period.part else 12
    if month > 12:
        year, month = year + 1, month - 12
    return _date(year, month, monthrange(year, month)[1]) if 1 <= year <= 9999 else None


def only_day(value: Value) -> date | None:
    """The day of a value that is one certain day, with or without a clock time."""
    if len(value.options) != 1 or value.before:
        return None
    span = value.options[0]
    return first_day(span.first) if span.first == span.last and span.first.day else None


def to_edtf(value: Value) -> str | None:
    """The EDTF string of a value; None when it has too many options, or a year that EDTF's four digits cannot hold."""
    if value.digits:
        return value.digits
    if not value.options or any(
        not -9999 <= period.year <= 9999 for span in value.options for period in (span.first, span.last)
    ):
        return None
    if len(value.options) == 1:
        return str(_one(value.options[0], value))
    return _set(value)


def _one(span: Range, value: Value) -> EDTFObject:
    if value.before:
        return Level1Interval(lower={"date": "..", "ua": None}, upper=_bound(span.last))
    if span.first == span.last:
        day = _plain(span.first)
        if value.clock and isinstance(day, Date):
            return DateAndTime(day, value.clock)
        return _approximate(day) if span.first.approximate and isinstance(day, Date) else day
    first, last = _in_months(span.first, 0), _in_months(span.last, 1)
    if first.approximate or last.approximate:
        return Level1Interval(lower=_bound(first), upper=_bound(last))
    return Interval(_plain(first), _plain(last))  # type: ignore[no-untyped-call]


def _set(value: Value) -> str | None:
    if value.all_of:
        parts = [_plain(span.first) for span in value.options]
        return str(MultipleDates(*parts))  # type: ignore[no-untyped-call]
    runs = _runs(value.options)
    if len(runs) == 1:
        whole = _whole(*runs[0])
        if whole:
            return str(whole)
    members: list[EDTFObject] = []
    for first, last in runs:
        if first == last:
            members.append(_plain(first))
        elif _next(first) == last:
            members += [_plain(first), _plain(last)]
        else:
            members.append(Consecutives(lower=_plain(first), upper=_plain(last)))  # type: ignore[no-untyped-call]
    return str(OneOfASet(*members)) if len(members) <= MOST_OPTIONS else None  # type: ignore[no-untyped-call]


def _runs(options: tuple[Range, ...]) -> list[tuple[Period, Period]]:
    """The options as unbroken runs of days, months or years, in order."""
    spans = sorted((_bare(_in_months(span.first, 0)), _bare(_in_months(span.last, 1))) for span in options)
    runs = spans[:1]
    for first, last in spans[1:]:
        if first <= runs[-1][1] or _next(runs[-1][1]) == first:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return runs


def _whole(first: Period, last: Period) -> EDTFObject | None:
    """A run that fills one month or one year: some day of it."""
    if not first.day or first.year != last.year:
        return None
    start, end = first_day(Period(first.year, first.part)), last_day(Period(last.year, last.part))
    if (first_day(first), last_day(last)) != (start, end):
        return None
    if first.part == last.part:
        return Unspecified(year=f"{first.year:04d}", month=f"{first.part:02d}", day="XX")  # type: ignore[no-untyped-call]
    if (first.part, last.part) == (1, 12):
        return Unspecified(year=f"{first.year:04d}", month="XX", day="XX")  # type: ignore[no-untyped-call]
    return None


def _next(period: Period) -> Period | None:
    if period.day:
        day = first_day(period)
        return of_day(day + timedelta(days=1)) if day and day < date.max else None
    if period.part:
        return Period(period.year + period.part // 12, period.part % 12 + 1)
    return Period(period.year + 1)


def _bare(period: Period) -> Period:
    return replace(period, approximate=False)


def _in_months(period: Period, end: int) -> Period:
    """A season, quarter or half-year as its first (end 0) or last (end 1) month: sets and intervals take no others."""
    if period.part is None or period.part <= 12:
        return period
    month = PART_MONTHS[period.part][end]
    return Period(period.year + (month > 12), (month - 1) % 12 + 1, approximate=period.approximate)


def _plain(period: Period) -> EDTFObject:
    year = f"{period.year:04d}" if period.year >= 0 else f"-{-period.year:04d}"
    if period.part and period.part > 24:
        return Level2Season(year, str(period.part))  # type: ignore[no-untyped-call]
    if period.part and period.part > 12:
        return Season(year, str(period.part))  # type: ignore[no-untyped-call]
    return Date(year, f"{period.part:02d}" if period.part else None, f"{period.day:02d}" if period.day else None)


def _approximate(day: EDTFObject) -> EDTFObject:
    return UncertainOrApproximate(day, UA("~"))  # type: ignore[no-untyped-call]


def _bound(period: Period) -> dict[str, EDTFObject | None]:
    return {"date": _plain(period), "ua": UA("~") if period.approximate else None}


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None

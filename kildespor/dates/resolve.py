"""An expression and the time of publication → the value that it stands for.

Where only the month of publication is known, an expression is resolved from each of its days and the answers are kept
side by side: one of them is right.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kildespor.dates.expressions import (
    Approximate,
    Away,
    Before,
    Calendar,
    Clock,
    Digits,
    Expression,
    Feast,
    Interval,
    Later,
    Lean,
    Night,
    Shift,
    Simple,
    Stretch,
    Timed,
    Unit,
    Weekday,
    WeekNumber,
)
from kildespor.dates.feasts import feast_days
from kildespor.dates.published import Published
from kildespor.dates.values import Period, Range, Value, first_day, last_day, of_day, only_day, single

FAR = timedelta(days=300)
"""A day without its year is not taken to be further from publication than this: news would give the year."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

Tense = Literal["past", "future"] | None


class Context(Struct, frozen=True):
    """What an expression is resolved against.

    ``earlier``: the values before it in the text, the latest last. ``nearby``: the day that a bare clock time is of,
    when the text has named one. ``tense``: looked up only where the expression leaves it open.
    """

    published: Published | None
    tense: Callable[[], Tense]
    earlier: Sequence[Value] = ()
    nearby: Value | None = None


def resolve(expression: Expression, context: Context) -> Value | None:
    """The value of an expression; None when it hangs on a time that is not known."""
    match expression:
        case Digits(digits=digits):
            return Value(digits=digits)
        case Clock():
            return _clock(expression, context)
        case Timed(day=day, clock=clock):
            return _at(resolve(day, context), clock)
        case Approximate(of=of):
            value = resolve(of, context)
            return value and replace(value, options=tuple(_approximate(span) for span in value.options))
        case Interval():
            return _interval(expression, context)
        case Later():
            return _later(expression, context)
        case Before(unit=unit, count=count):
            return _before(unit, count, context.published)
        case Calendar(year=int()) | Feast(year=int()) | WeekNumber(year=int()):
            spans = _spans(expression, date.min, None)
            return Value(options=tuple(spans)) if spans else None
    return _from_each_day(expression, context)


def _from_each_day(expression: Simple, context: Context) -> Value | None:
    """The answers of every possible day of publication."""
    published = context.published
    if published is None:
        return None
    tense = context.tense() if _open(expression) else None
    options: dict[Range, None] = {}
    for day in published.days():
        try:
            options.update(dict.fromkeys(_spans(expression, day, tense)))
        except OverflowError:
            return None
    spans = tuple(options)
    if isinstance(expression, Weekday) and expression.lean not in ("last", "next") and not published.is_known:
        within = tuple(
            span for span in spans if published.first <= (first_day(span.first) or date.min) <= published.last
        )
        spans = within or spans
    return Value(options=spans) if spans else None


def _open(expression: Simple) -> bool:
    """Whether the verb has to tell which of two times is meant."""
    match expression:
        case Calendar(year_shift=None, lean=None) | Feast(year_shift=None, lean=None):
            return True
        case Weekday(lean=None, week_shift=None) | Shift(unit="weekend", by=0, lean=None) | Night():
            return True
    return False


def _spans(expression: Simple, today: date, tense: Tense) -> list[Range]:
    """What an expression may stand for when today is the day of publication."""
    match expression:
        case Calendar():
            return _calendar(expression, today, tense)
        case Feast():
            return _feast(expression, today, tense)
        case Weekday():
            return _weekday(expression, today, tense)
        case WeekNumber(week=week, year=year):
            return _iso_week(year or today.year, week)
        case Shift():
            return _shift(expression, today, tense)
        case Away():
            return _away(expression, today)
        case Stretch(unit=unit, by=by):
            ends = sorted((_moved(_unit_of(today, unit), unit, by), _unit_of(today, unit)))
            return [Range(ends[0], ends[1])]
        case Night(day=None):
            evening = today if tense == "future" else today - DAY
            return [_days(evening, evening + DAY)]
        case Night(day=day) if day is not None:
            mornings = (first_day(span.first) for span in _spans(day, today, tense))
            return [_days(morning - DAY, morning) for morning in mornings if morning]
    return []


def _calendar(expression: Calendar, today: date, tense: Tense) -> list[Range]:
    period = Period(expression.year or 0, expression.part, expression.day)
    if expression.year is not None:
        return _one(period) if first_day(period) else []
    if expression.year_shift is not None:
        return _one(replace(period, year=today.year + expression.year_shift))
    years = range(today.year - 8, today.year + 9) if expression.day else range(today.year - 1, today.year + 2)
    dated = [candidate for year in years if first_day(candidate := replace(period, year=year))]
    if expression.weekday is not None:
        agreeing = [p for p in dated if (first_day(p) or today).weekday() == expression.weekday]
        dated = agreeing or dated
    chosen = _nearest([(p, p) for p in dated], today, expression.lean or tense, far=FAR if expression.day else None)
    return [Range(*chosen)] if chosen else []


def _feast(expression: Feast, today: date, tense: Tense) -> list[Range]:
    if expression.year is not None:
        return [Range(*map(of_day, feast_days(expression.name, expression.year)))]
    if expression.year_shift is not None:
        return [Range(*map(of_day, feast_days(expression.name, today.year + expression.year_shift)))]
    years = range(today.year - 1, today.year + 2)
    ends = [(of_day(first), of_day(last)) for first, last in (feast_days(expression.name, year) for year in years)]
    chosen = _nearest(ends, today, expression.lean or tense, far=FAR)
    return [Range(*chosen)] if chosen else []


def _nearest(
    spans: Iterable[tuple[Period, Period]], today: date, lean: Lean | None, far: timedelta | None
) -> tuple[Period, Period] | None:
    """The span nearest to a day, on the side of it that the words say; on either side if that is too far off."""
    near = sorted((_distance(first, last, today), first, last) for first, last in spans)
    sided = [entry for entry in near if _on_side(entry[1], entry[2], today, lean)]
    best = next((entry for entry in sided if far is None or entry[0] <= far), None) or (near[0] if near else None)
    return (best[1], best[2]) if best else None


def _distance(first: Period, last: Period, today: date) -> timedelta:
    start, end = first_day(first) or date.min, last_day(last) or date.max
    return max(start - today, today - end, timedelta())


def _on_side(first: Period, last: Period, today: date, lean: Lean | None) -> bool:
    start, end = first_day(first) or date.min, last_day(last) or date.max
    match lean:
        case "past":
            return start <= today
        case "last":
            return end < today
        case "future":
            return end >= today
        case "next":
            return start > today
    return True


def _weekday(expression: Weekday, today: date, tense: Tense) -> list[Range]:
    monday = today - today.weekday() * DAY
    here = monday + expression.weekday * DAY
    if expression.week_shift is not None:
        return _one(of_day(here + expression.week_shift * WEEK))
    match expression.lean or tense or "past":
        case "past":
            return _one(of_day(here if here <= today else here - WEEK))
        case "last":
            return _one(of_day(here if here < today else here - WEEK))
        case "future":
            return _one(of_day(here if here >= today else here + WEEK))
    ahead = [here, here + WEEK] if here > today else [here + WEEK]
    return [_days(day, day) for day in ahead]


def _iso_week(year: int, week: int) -> list[Range]:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return []
    return [_days(monday, monday + 6 * DAY)]


def _shift(expression: Shift, today: date, tense: Tense) -> list[Range]:
    unit, by = expression.unit, expression.by
    monday = today - today.weekday() * DAY
    match unit:
        case "day":
            return _one(of_day(today + by * DAY))
        case "week":
            return [_days(monday + by * WEEK, monday + by * WEEK + 6 * DAY)]
        case "weekend":
            return [_days(day, day + DAY) for day in _saturdays(expression, today, monday + 5 * DAY, tense)]
    return _one(_moved(_unit_of(today, unit), unit, by))


def _saturdays(expression: Shift, today: date, saturday: date, tense: Tense) -> list[date]:
    if expression.lean == "next" and today < saturday:
        return [saturday, saturday + WEEK]
    if expression.by:
        return [saturday + expression.by * WEEK]
    ahead = (expression.lean or tense) == "future"
    return [saturday if ahead or saturday <= today else saturday - WEEK]


def _away(expression: Away, today: date) -> list[Range]:
    unit, count = expression.unit, expression.count
    if unit == "year" and count != int(count):
        unit, count = "month", count * 12
    match unit:
        case "minute":
            return _one(of_day(today))
        case "hour":
            days = -int(-abs(count) // 24) * DAY
            return [_days(day, day) for day in ((today - days, today) if count < 0 else (today, today + days))]
        case "week":
            return _one(of_day(today + count * WEEK, approximate=True))
        case "day":
            return _one(of_day(today + count * DAY, expression.approximate))
        case "decade":
            return _one(replace(_moved(_unit_of(today, "year"), "year", 10 * round(count)), approximate=True))
    return _one(replace(_moved(_unit_of(today, unit), unit, round(count)), approximate=expression.approximate))


def _before(unit: Unit, count: int, published: Published | None) -> Value | None:
    """Up to a unit before publication; where the day is not known, up to its last possible day."""
    if published is None:
        return None
    if not count and not published.is_known:
        month = (published.first.year, published.first.month) == (published.last.year, published.last.month)
        latest = Period(published.last.year, published.last.month if month else None)
    else:
        try:
            latest = _moved(_unit_of(published.last, unit), unit, -count)
        except OverflowError:
            return None
    latest = replace(latest, approximate=False)
    return Value(options=(Range(latest, latest),), before=True)


def _later(expression: Later, context: Context) -> Value | None:
    """Counted from the last value in the text that is as fine as the unit.

    Years so counted are told, not foretold: beyond publication they were counted from the wrong value.
    """
    unit = "year" if expression.unit == "decade" else expression.unit
    by = expression.by * 10 if expression.unit == "decade" else expression.by
    if unit in ("minute", "hour"):
        return None
    for value in reversed(context.earlier):
        try:
            starts = [_as_fine(span.last if by > 0 else span.first, unit) for span in value.options]
            moved = [_moved(start, unit, by) for start in starts if start]
        except OverflowError:
            return None
        if unit == "year" and context.published and any(p.year > context.published.last.year for p in moved):
            return None
        if moved and len(moved) == len(starts) and not value.before:
            return Value(options=tuple(Range(period, period) for period in dict.fromkeys(moved)))
    return None


def _as_fine(period: Period, unit: Unit) -> Period | None:
    """A period cut down to a unit; None when it is coarser than that."""
    if unit == "year":
        return Period(period.year)
    if unit == "month":
        return Period(period.year, period.part) if period.part and period.part <= 12 else None
    return replace(period, approximate=False) if period.day else None


def _unit_of(day: date, unit: Unit) -> Period:
    """The day, month or year that a day lies in."""
    match unit:
        case "year" | "decade":
            return Period(day.year)
        case "month":
            return Period(day.year, day.month)
    return of_day(day)


def _moved(period: Period, unit: Unit, by: int) -> Period:
    """A period so many units later. Raises OverflowError beyond the years 1 to 9999 for days."""
    match unit:
        case "decade":
            return replace(period, year=period.year + 10 * by)
        case "year":
            return replace(period, year=period.year + by)
        case "month":
            months = period.year * 12 + (period.part or 1) - 1 + by
            return Period(months // 12, months % 12 + 1)
        case "minute" | "hour":
            return period
    day = first_day(period)
    if day is None:
        raise OverflowError
    return of_day(day + by * (DAY if unit == "day" else WEEK), approximate=unit != "day" and abs(by) > 0)


def _interval(expression: Interval, context: Context) -> Value | None:
    first, last = resolve(expression.first, context), resolve(expression.last, context)
    if not first or not last or len(first.options) != 1:
        return None
    start, end = first.options[0].first, last.options[0].last
    if isinstance(expression.last, Weekday) and not last.clock:
        day, weekday = first_day(start), expression.last.weekday
        if day is None:
            return None
        end = of_day(day + ((weekday - day.weekday()) % 7) * DAY)
    if expression.both:
        return Value(options=(Range(start, start), Range(end, end)), all_of=True)
    ends = (first_day(start), last_day(end))
    if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
        return None
    return Value(options=(Range(start, end),))


def _clock(clock: Clock, context: Context) -> Value | None:
    """A bare time of day: on the day that the text has named, else on that of publication."""
    if context.nearby is not None:
        return _at(context.nearby, clock)
    published = context.published
    if published is None:
        return None
    return _at(Value(options=tuple(_days(day, day) for day in published.days())), clock)


def _at(value: Value | None, clock: Clock) -> Value | None:
    """A value with a time of day; the day alone where the time is not exact or the day not certain."""
    if value is None:
        return None
    if len(value.options) == 1 and value.options[0].first != value.options[0].last:
        span = value.options[0]
        value = single(span.last if clock.hour < 12 else span.first)
    day = only_day(value)
    if clock.until is not None and day is not None and clock.until < clock.hour:
        return Value(options=(_days(day, day + DAY),))
    if day is None or not clock.exact or clock.until is not None:
        return replace(value, clock=None)
    return Value(options=(_days(day, day),), clock=f"{clock.hour:02d}:{clock.minute:02d}:00{clock.zone}")


def _approximate(span: Range) -> Range:
    return Range(replace(span.first, approximate=True), replace(span.last, approximate=True))


def _one(period: Period) -> list[Range]:
    return [Range(period, period)]


def _days(first: date, last: date) -> Range:
    return Range(of_day(first), of_day(last))

"""Neighbouring expressions → one: a day and its time, a month and its year, the two ends of an interval."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from kildespor.dates.expressions import (
    Approximate,
    Calendar,
    Clock,
    Expression,
    Feast,
    Interval,
    Night,
    Shift,
    Timed,
    Weekday,
)
from kildespor.dates.lexicon import Lexicon
from kildespor.dates.recognise import Found

LONGEST_LINK = 20
"""No link between two parts of one expression ("til og med den") is longer than this many characters."""

_BLANK = r"[ \t\xa0]"


def combine(text: str, found: Iterable[Found], lexicon: Lexicon) -> list[Found]:
    """Join what belongs together, from left to right; spans grow to hold both parts and their link."""
    joined: list[Found] = []
    for right in found:
        joined.append(_with_approximation(text, right, lexicon))
        while len(joined) > 1:
            both = _join(text, joined[-2], joined[-1], lexicon)
            if both is None:
                break
            joined[-2:] = [both]
    return joined


def _join(text: str, left: Found, right: Found, lexicon: Lexicon) -> Found | None:
    link = text[left.span[1] : right.span[0]]
    if len(link) > LONGEST_LINK or "\n" in link:
        return None
    words, link = lexicon.words, link.strip(" \t\xa0")
    if link in ("", ",") or words["on"].fullmatch(link) or words["of"].fullmatch(link):
        expression = _one_time(left.expression, right.expression, link)
        if expression is not None:
            return Found((left.span[0], right.span[1]), expression)
    return _interval(text, left, right, link, lexicon)


def _one_time(left: Expression, right: Expression, link: str) -> Expression | None:
    """Two expressions that are one: "mandag" + "klokken 10", "mars" + "i fjor", "onsdag" + "i forrige uke"."""
    match left, right:
        case ((Calendar() | Weekday() | Shift() | Night()), Clock(until=None)) if _is_day(left):
            return Timed(_waking(left), right)
        case Clock(until=None), (Calendar() | Weekday() | Shift() | Night()) if _is_day(right):
            return Timed(_waking(right), left)
        case Calendar(year=None, year_shift=None), Shift(unit="year", by=by) if left.part and link != ",":
            return replace(left, year_shift=by)
        case Calendar(year=None, year_shift=None), Calendar(year=int(), part=None) if left.part and link != ",":
            return replace(left, year=right.year)
        case Feast(year=None, year_shift=None), Shift(unit="year", by=by) if link != ",":
            return replace(left, year_shift=by)
        case Weekday(week_shift=None), Shift(unit="week", by=by) if link != ",":
            return replace(left, week_shift=by)
        case Weekday(week_shift=None), Calendar(day=int(), weekday=None):
            return replace(right, weekday=left.weekday)
    return None


def _is_day(expression: Expression) -> bool:
    match expression:
        case Calendar(day=day):
            return day is not None
        case Shift(unit=unit):
            return unit == "day"
    return isinstance(expression, Weekday | Night)


def _waking(day: Calendar | Weekday | Shift | Night) -> Calendar | Weekday | Shift | Night:
    """With a clock time "natt til torsdag" is the morning of that Thursday."""
    return day.day if isinstance(day, Night) and day.day else day


def _interval(text: str, left: Found, right: Found, link: str, lexicon: Lexicon) -> Found | None:
    """ "fra 14. mars til 2. april", "mellom mars og mai", "mars–juni"; the first end takes its year from the last."""
    first, last = left.expression, right.expression
    if not _same_kind(first, last):
        return None
    words = lexicon.words
    start: int | None = None
    if link in ("–", "-"):
        start = left.span[0]
    elif words["to"].fullmatch(_less_article(link, lexicon)):
        start = _word_before(text, left.span[0], words["from"])
    elif words["and"].fullmatch(_less_article(link, lexicon)):
        start = _word_before(text, left.span[0], words["between"])
    if start is None:
        return None
    assert isinstance(first, Calendar | Weekday | Timed) and isinstance(last, Calendar | Weekday | Timed)
    if isinstance(first, Calendar) and isinstance(last, Calendar) and first.year is None:
        first = replace(first, year=last.year, year_shift=last.year_shift)
    return Found((start, right.span[1]), Interval(first, last))


def _same_kind(first: Expression, last: Expression) -> bool:
    match first, last:
        case Calendar(), Calendar():
            return (first.day is None) == (last.day is None) and (first.part is None) == (last.part is None)
        case Weekday(), Weekday():
            return True
        case Timed(), Timed():
            return True
    return False


def _less_article(link: str, lexicon: Lexicon) -> str:
    return re.sub(rf"{_BLANK}+{lexicon.words['the'].pattern}$", "", link, flags=re.IGNORECASE)


def _word_before(text: str, position: int, word: re.Pattern[str]) -> int | None:
    """Where the word begins that stands right before a position, if it is one of the pattern's."""
    before = text[max(0, position - LONGEST_LINK) : position]
    match = re.search(rf"(?<!\w){word.pattern}{_BLANK}+(?:(?:den|the){_BLANK}+)?$", before, re.IGNORECASE)
    return position - len(before) + match.start() if match else None


def _with_approximation(text: str, found: Found, lexicon: Lexicon) -> Found:
    """ "rundt 1990": the word before makes an expression of the calendar an approximate one."""
    if not isinstance(found.expression, Calendar):
        return found
    start = _word_before(text, found.span[0], lexicon.words["approx"])
    if start is None:
        return found
    return Found((start, found.span[1]), Approximate(found.expression))

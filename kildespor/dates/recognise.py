"""Text → the expressions of time in it: forms are found by the lexicon's patterns, and each says what it means."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

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
    Night,
    Shift,
    Stretch,
    Timed,
    Weekday,
    WeekNumber,
)
from kildespor.dates.lexicon import Form, Lexicon
from kildespor.model import Span


class Found(Struct, frozen=True):
    """An expression and where it stands."""

    span: Span
    expression: Expression


class Slots:
    """The filled slots of one form, with their values from the lexicon's tables."""

    def __init__(self, match: re.Match[str], form: Form, lexicon: Lexicon) -> None:
        self._texts = match.groupdict()
        self._keys = form.keys
        self._tables = lexicon.tables
        self._vague = lexicon.words["vague"]

    def number(self, name: str) -> int | None:
        """A slot of digits."""
        digits = self._texts.get(name)
        return int(digits) if digits else None

    def value(self, name: str) -> Any:
        """What a word means by its table; a key of the form counts where it has no such slot."""
        word = self._texts.get(name)
        return self._tables[name][word.lower()] if word else self._keys.get(name)

    def text(self, name: str) -> str:
        """A slot as it is written, empty when it is not there."""
        return self._texts.get(name) or ""

    def key(self, name: str) -> Any:
        """A key of the form in the data file."""
        return self._keys.get(name)

    def count(self) -> float:
        """How many: in digits, in a word, or by the form."""
        word = self.text("count").lower()
        if not word:
            return float(self._keys.get("count", 1))
        return float(word) if word.isdigit() else float(self._tables["number"][word])

    def is_vague(self) -> bool:
        """Whether the count is a loose one ("et par")."""
        return bool(self._vague.fullmatch(self.text("count")))


def recognise(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """The expressions that the forms of a language find, in order, none overlapping."""
    position, previous = 0, None
    while match := lexicon.any_form.search(text, position):
        form = lexicon.forms[int((match.lastgroup or "f0")[1:])]
        filled = form.pattern.match(text, match.start())
        position = max(match.end(), match.start() + 1)
        if filled is None:
            continue
        span = filled.span("span") if "span" in form.pattern.groupindex else filled.span()
        expression = MEANINGS[form.means](Slots(filled, form, lexicon))
        if expression is None or ("after" in form.keys and not _follows_year(previous, filled)):
            position = match.start() + len(match[0].split()[0]) if "after" in form.keys else position
            continue
        previous = Found(span, expression)
        position = max(span[1], match.start() + 1)
        yield previous


def _follows_year(previous: Found | None, filled: re.Match[str]) -> bool:
    is_year = previous is not None and isinstance(previous.expression, Calendar) and previous.expression.part is None
    return is_year and previous is not None and filled.string[previous.span[1] : filled.start()].strip() == ""


def _year(slots: Slots) -> int | None:
    short = slots.number("short_year")
    if short is not None:
        return short + (2000 if short < 50 else 1900)
    return slots.number("year")


def _date(slots: Slots) -> Expression | None:
    if slots.text("iso_year"):
        day = Calendar(slots.number("iso_year"), slots.number("iso_month"), slots.number("iso_day"))
        return Timed(day, Clock(int(slots.text("hour")), int(slots.text("minute")))) if slots.text("hour") else day
    month = slots.number("month_number") or slots.value("month")
    return Calendar(_year(slots), month, slots.number("day"), weekday=slots.value("weekday"))


def _days(slots: Slots) -> Expression | None:
    month, year = slots.value("month"), _year(slots)
    first, last = slots.number("day"), slots.number("day2")
    if first is None or last is None or first >= last:
        return None
    return Interval(Calendar(year, month, first), Calendar(year, month, last), both=bool(slots.key("both")))


def _slashes(slots: Slots) -> Expression | None:
    """British 3/4 is 3 April, American 4 March: read only what can be read in one way."""
    n1, n2, year = slots.number("n1") or 0, slots.number("n2") or 0, _year(slots)
    if n1 > 12 >= n2 or n1 == n2:
        return Calendar(year, n2, n1)
    return Calendar(year, n1, n2) if n2 > 12 >= n1 else None


def _night(slots: Slots) -> Expression | None:
    if slots.text("hour"):
        return Timed(Weekday(slots.value("weekday")), Clock(int(slots.text("hour")), slots.number("minute") or 0))
    if slots.text("day"):
        return Night(Calendar(_year(slots), slots.value("month"), slots.number("day")))
    return Night(Weekday(slots.value("weekday")) if slots.text("weekday") else None)


def _month(slots: Slots) -> Expression | None:
    return Calendar(_year(slots), slots.value("month"))


def _years(slots: Slots) -> Expression | None:
    first, last = slots.number("year1"), _year(slots)
    if first is None:
        return None
    if slots.text("short"):
        last = first // 100 * 100 + int(slots.text("short"))
    if last is None or last <= first or (first < 1900 and first % 50 == last % 50 == 0):
        return None  # "fra 1200 til 1500" is rather a count
    return Interval(Approximate(Calendar(first)) if slots.text("about") else Calendar(first), Calendar(last))


def _decade(slots: Slots) -> Expression | None:
    word = slots.value("decade_word")
    if word:
        return Digits(f"19{word}X")
    if slots.text("century"):
        return Digits(f"{slots.text('century')}XX")
    digits = slots.text("decade")
    if len(digits) == 1:
        return Digits(f"19{digits}X")
    return Digits(f"{digits[:2]}XX" if digits.endswith("0") else f"{digits}X")


def _weekday(slots: Slots) -> Expression | None:
    return Weekday(slots.value("weekday"), lean=slots.key("lean"))


def _season(slots: Slots) -> Expression | None:
    part = slots.value("season")
    quarter = slots.number("quarter") or (slots.value("ordinal") if slots.key("of") == "quarter" else None)
    half = slots.number("half") or (slots.value("ordinal") if slots.key("of") == "half" else None)
    if quarter:
        part = 32 + quarter
    elif half:
        part = 39 + half
    return Calendar(_year(slots), part, year_shift=slots.key("year_shift"), lean=slots.key("lean")) if part else None


def _feast(slots: Slots) -> Expression | None:
    return Feast(slots.value("feast"), _year(slots), lean=slots.key("lean"))


def _week(slots: Slots) -> Expression | None:
    return WeekNumber(int(slots.text("week")), _year(slots))


def _shift(slots: Slots) -> Expression | None:
    unit = slots.value("one_unit") or slots.key("unit")
    return Shift(unit, slots.key("by"), slots.key("lean"))


def _away(slots: Slots, sign: int) -> Expression | None:
    loose = bool(slots.text("about") or slots.text("loose")) or slots.is_vague()
    unit = slots.value("unit") or slots.value("one_unit")
    return Away(unit, sign * slots.count(), loose)


def _before(slots: Slots) -> Expression | None:
    return Before(slots.value("unit"), int(slots.count()))


def _later(slots: Slots) -> Expression | None:
    if slots.key("by") is not None:
        return Later(slots.key("unit"), slots.key("by"))
    return Later(slots.value("unit"), (slots.key("sign") or 1) * round(slots.count()))


def _stretch(slots: Slots) -> Expression | None:
    return Stretch(slots.value("unit"), slots.key("sign") * round(slots.count()))


def _clock(slots: Slots) -> Expression | None:
    hour, minute = int(slots.text("hour")), slots.number("minute") or 0
    if slots.text("half_day"):
        hour = hour % 12 + (12 if slots.text("half_day").lower() == "p" else 0)
    exact = not (slots.text("about") or slots.key("about"))
    zone = "Z" if slots.text("zone") else ""
    return Clock(hour % 24, minute, exact, zone, until=slots.number("hour2"))


def _nothing(slots: Slots) -> Expression | None:
    return None


MEANINGS: dict[str, Callable[[Slots], Expression | None]] = {
    "date": _date,
    "days": _days,
    "slashes": _slashes,
    "night": _night,
    "month": _month,
    "year": lambda slots: Calendar(_year(slots)),
    "years": _years,
    "decade": _decade,
    "weekday": _weekday,
    "season": _season,
    "feast": _feast,
    "week": _week,
    "shift": _shift,
    "ago": lambda slots: _away(slots, -1),
    "ahead": lambda slots: _away(slots, 1),
    "before": _before,
    "later": _later,
    "stretch": _stretch,
    "clock": _clock,
    "none": _nothing,
}

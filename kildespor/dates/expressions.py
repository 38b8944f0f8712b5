"""What an expression of time says, before it is known when the article was published."""

from typing import Literal

from msgspec import Struct

Unit = Literal["minute", "hour", "day", "week", "weekend", "month", "year", "decade"]
Lean = Literal["past", "future", "last", "next"]
"""Which side of publication the words themselves say. ``last`` and ``next`` leave today out, and ``next`` may mean the
nearest one or that of next week."""


class Calendar(Struct, frozen=True):
    """A year, month, season, quarter or day of the calendar ("14. mars", "våren 2022", "2006").

    ``part`` is a month 1-12 or EDTF's code 21-41. ``year_shift`` counts years from publication ("mars i fjor").
    """

    year: int | None = None
    part: int | None = None
    day: int | None = None
    weekday: int | None = None
    year_shift: int | None = None
    lean: Lean | None = None


class Digits(Struct, frozen=True):
    """A decade or century, with X for the digits left open."""

    digits: str


class Weekday(Struct, frozen=True):
    """A day of the week, Monday 0. ``week_shift`` counts weeks from that of publication ("onsdag i forrige uke")."""

    weekday: int
    lean: Lean | None = None
    week_shift: int | None = None


class Feast(Struct, frozen=True):
    """A feast, by its name in `feasts.toml`."""

    name: str
    year: int | None = None
    year_shift: int | None = None
    lean: Lean | None = None


class WeekNumber(Struct, frozen=True):
    """An ISO week of a year, or of the year of publication."""

    week: int
    year: int | None = None


class Shift(Struct, frozen=True):
    """The day, week, month … so many units from that of publication ("i går", "neste uke", "i fjor")."""

    unit: Unit
    by: int
    lean: Lean | None = None


class Away(Struct, frozen=True):
    """A distance in time from publication, negative for the past ("for tre uker siden", "om to år")."""

    unit: Unit
    count: float
    approximate: bool = False


class Before(Struct, frozen=True):
    """Any time up to so many units before publication ("nylig", "for over 20 år siden")."""

    unit: Unit
    count: int


class Later(Struct, frozen=True):
    """A distance from the date named last in the text ("dagen etter", "to år senere", "samme dag")."""

    unit: Unit
    by: int


class Stretch(Struct, frozen=True):
    """The time from publication so many units back, or ahead ("de siste tre årene")."""

    unit: Unit
    by: int


class Night(Struct, frozen=True):
    """The night that ends on a day ("natt til tirsdag"); without a day the one next to publication ("i natt")."""

    day: "Weekday | Calendar | None" = None


class Clock(Struct, frozen=True):
    """A time of day. Not ``exact`` where the text says about. ``until``: a second one, where it is a range."""

    hour: int
    minute: int = 0
    exact: bool = True
    zone: str = ""
    until: int | None = None


Simple = Calendar | Digits | Weekday | Feast | WeekNumber | Shift | Away | Before | Later | Stretch | Night


class Timed(Struct, frozen=True):
    """A day with a time of day."""

    day: Simple
    clock: Clock


class Approximate(Struct, frozen=True):
    """About then ("rundt 1990")."""

    of: Simple


class Interval(Struct, frozen=True):
    """From one time to another, both included; ``both`` where only these two are meant ("3. og 4. mai")."""

    first: "Simple | Approximate | Timed"
    last: "Simple | Approximate | Timed"
    both: bool = False


Expression = Simple | Clock | Timed | Approximate | Interval

"""The days of the feasts of the church year and the calendar."""

from datetime import date, timedelta

from dateutil.easter import easter

from kildespor.dates.lexicon import feasts


def feast_days(name: str, year: int) -> tuple[date, date]:
    """First and last day of a feast in a year; one that runs over the turn of the year begins in it."""
    feast = feasts()[name]
    if feast.easter:
        sunday = easter(year)
        return sunday + timedelta(days=feast.easter[0]), sunday + timedelta(days=feast.easter[-1])
    first = date.fromisoformat(f"{year:04d}-{feast.fixed[0]}")
    last = date.fromisoformat(f"{year:04d}-{feast.fixed[-1]}")
    return first, last if last >= first else last.replace(year=year + 1)

"""Text → its expressions of time with their values: recognise, combine, resolve."""

from functools import partial

from kildespor.dates.combine import combine
from kildespor.dates.expressions import Clock
from kildespor.dates.lexicon import lexicon
from kildespor.dates.published import Published, published_on
from kildespor.dates.recognise import Found, recognise
from kildespor.dates.resolve import WEEK, Context, resolve
from kildespor.dates.tense import tense_at
from kildespor.dates.values import Value, only_day, to_edtf
from kildespor.model import DateExpression, Language

MEMORY = 8
"""How many dates back "året etter" may look for the one that it counts from."""

SAME_SENTENCE = 120
"""A clock time this close behind a day is a time of that day, whenever it was."""


def find_dates(text: str, *, published: str | None, language: Language) -> tuple[DateExpression, ...]:
    """The expressions of time in a text, in order of appearance, each with its value.

    In: the text, when it was published (an EDTF year, month, day or day with time; anything else counts as unknown) and
    its language. Out: spans ``[start, end)`` in characters of the text, which never overlap, and EDTF strings that the
    `edtf` package parses. Expressions that cannot be resolved are left out: relative ones without ``published``, "året
    etter" without a year before it, ages.
    """
    words, known = lexicon(language), published_on(published)
    dates: list[DateExpression] = []
    values: list[tuple[int, Value]] = []
    for found in combine(text, recognise(text, words), words):
        context = Context(
            published=known,
            tense=partial(tense_at, text, found.span, words.tense),
            earlier=[value for _, value in values[-MEMORY:]],
            nearby=_nearby_day(found, values, known),
        )
        value = resolve(found.expression, context)
        edtf = to_edtf(value) if value else None
        if value is None or edtf is None:
            continue
        dates.append(DateExpression(span=found.span, edtf=edtf))
        values.append((found.span[1], value))
    return tuple(dates)


def _nearby_day(found: Found, values: list[tuple[int, Value]], published: Published | None) -> Value | None:
    """The day that a bare clock time is of: one just named, or the last one named of the week before publication."""
    if not isinstance(found.expression, Clock):
        return None
    for end, value in reversed(values[-MEMORY:]):
        day = only_day(value)
        night = len(value.options) == 1 and value.options[0].first.day and not value.before
        if found.span[0] - end <= SAME_SENTENCE and (day or night):
            return value
        if day and published and published.is_known and published.first - WEEK <= day <= published.first:
            return value
    return None

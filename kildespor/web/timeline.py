"""The dates of an article in the order of time, and dates in words."""

import re

from msgspec import Struct

from kildespor.archive.derive import earliest
from kildespor.export.chain import one_line, quoted, time_words
from kildespor.messages import Words
from kildespor.model import Article, Report
from kildespor.stories import Story
from kildespor.stories.verdict import outlet_name, zone

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::\d\d)?\S*)?([?~%])?")


class Time(Struct, frozen=True, kw_only=True):
    """A time on the line: in words, the EDTF behind it, what the article calls it; whether it is its publication."""

    words: str
    edtf: str
    phrases: tuple[str, ...]
    publication: bool = False


def timeline(report: Report, words: Words) -> tuple[Time, ...]:
    """Return the times that an article speaks of and that of its publication, the earliest first."""
    phrases: dict[str, list[str]] = {}
    for date in report.dates:
        phrases.setdefault(date.edtf, []).append(quoted(report.article.text, (date.span,)))
    published = report.article.published
    if published:
        phrases.setdefault(published, [])
    # What cannot be placed stands last.
    order = sorted(phrases, key=lambda edtf: ((first := earliest(edtf)) is None, first and first.isoformat(), edtf))
    return tuple(
        Time(
            words=date_words(edtf, words),
            edtf=one_line(edtf),
            phrases=tuple(dict.fromkeys(phrases[edtf])),
            publication=edtf == published,
        )
        for edtf in order
    )


def when_told(article: Article, story: Story, words: Words) -> str:
    """Return an article of a story by its outlet and time: ``NTB 12. juli 2024 kl. 05.12``."""
    time = date_words(article.published, words) if article.published else ""
    return " ".join(filter(None, (one_line(outlet_name(article)), time, zone(article, story))))


def date_words(edtf: str, words: Words) -> str:
    """Return a date as one writes it: ``18. nov. 2024 kl. 01.26``; both ends of an interval; else as
    :func:`kildespor.export.chain.time_words` has it."""
    if "/" in edtf and "[" not in edtf and "{" not in edtf:
        start, _, end = edtf.partition("/")
        return f"{date_words(start, words) if start else '…'} – {date_words(end, words) if end else '…'}"
    plain = _PLAIN.fullmatch(edtf)
    if plain is None or (plain[2] and f"month.{int(plain[2])}" not in words):
        return time_words(edtf, words)
    year, month, day, hour, minute, vague = plain.groups()
    said = year
    if month:
        name = words(f"month.{int(month)}")
        said = words("time.day", day=int(day), month=name, year=year) if day else f"{name} {year}"
    if hour:
        said = words("time.clock", day=said, hour=hour, minute=minute)
    return words("time.about", time=said) if vague else said

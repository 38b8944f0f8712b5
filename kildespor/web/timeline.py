"""The dates of an article in the order of time."""

from msgspec import Struct

from kildespor.archive.derive import earliest
from kildespor.export.chain import date_words, one_line, quoted
from kildespor.messages import Words
from kildespor.model import Report


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

"""What the page of a source shows beside what has been said: what the articles call it, its flags, and how often it is
heard over time."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from kildespor.archive import Archive, Finding
from kildespor.export.chain import date_words, flag_why, one_line
from kildespor.messages import Words
from kildespor.model import Source

LOOKED_AT = 5
"""Articles that are asked what they call the source, the newest of the page."""

MONTHS = 36
"""Up to so many months are drawn as months, more as years."""

Period = tuple[int, int]


class Profile(Struct, frozen=True):
    """What a source is: its type, how it is described, and its flags, each with why."""

    type: str | None
    described_as: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]


class Column(Struct, frozen=True):
    """A month or year: its name, how often the source is heard in it, and that in percent of the most."""

    name: str
    n: int
    percent: float


def sources_of(archive: Archive, findings: Sequence[Finding]) -> tuple[Source, ...]:
    """The sources of findings as the newest of their articles have them."""
    found: list[Source] = []
    for article in list(dict.fromkeys(finding.article for finding in findings))[:LOOKED_AT]:
        ids = {finding.attribution.source_id for finding in findings if finding.article == article}
        found += [source for source in archive.report(article).sources if source.id in ids]
    return tuple(found)


def profile_of(sources: Sequence[Source], words: Words) -> Profile:
    """Put together what the articles say of a source; the type is the most frequent one."""
    types = Counter(source.type for source in sources)
    return Profile(
        type=words(f"type.{types.most_common(1)[0][0]}") if types else None,
        described_as=tuple(dict.fromkeys(one_line(each) for source in sources for each in source.described_as)),
        flags=tuple(
            dict.fromkeys(
                (words(f"flag.{flag.flag}"), one_line(flag_why(flag, words)))
                for source in sources
                for flag in source.flags
            )
        ),
    )


def columns_of(months: dict[Period, int], words: Words) -> tuple[Column, ...]:
    """The months from the first to the last, or the years where these are many; nothing of a single one."""
    if not months:
        return ()
    (first, first_month), (last, last_month) = min(months), max(months)
    number = (last - first) * 12 + last_month - first_month + 1
    if number > MONTHS:
        counts = {str(year): sum(n for (y, _), n in months.items() if y == year) for year in range(first, last + 1)}
    else:
        periods = (divmod(first * 12 + first_month - 1 + step, 12) for step in range(number))
        counts = {f"{year}-{month + 1:02}": months.get((year, month + 1), 0) for year, month in periods}
    most = max(counts.values())
    columns = tuple(Column(date_words(edtf, words), n, 100 * n / most) for edtf, n in counts.items())
    return columns if len(columns) > 1 else ()

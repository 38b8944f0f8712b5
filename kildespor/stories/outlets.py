"""Outlets by their names: which of the story's articles a name in another article means."""

import re
from collections.abc import Iterator
from functools import lru_cache

from kildespor.model import Article, Language, Report, Span
from kildespor.sources.register import Entry, shipped_register

SHORTEST = 2


@lru_cache(maxsize=4096)
def entry(name: str, language: Language | None = None) -> Entry | None:
    """The register's entry for a name."""
    return shipped_register().find(name, language=language)


def same_outlet(a: str, b: str) -> bool:
    """Whether two names are one outlet's; a desk or edition is its outlet ("NRK Vestland")."""
    short, long = sorted((a.casefold(), b.casefold()), key=len)
    if short and (short == long or long.startswith(short + " ")):
        return True
    first, second = entry(a), entry(b)
    return first is not None and first == second


def voices(article: Article) -> tuple[str, ...]:
    """The names under which others may cite an article: its outlet and the agencies that it credits."""
    return tuple(dict.fromkeys(name for name in (article.outlet, *article.credit) if name))


def namings(report: Report, name: str) -> Iterator[Span]:
    """Where an article names an outlet, by any of its names, genitives included; not in its own credit line."""
    text = report.article.text
    for m in _pattern(name).finditer(text):
        if not _in_credit(text, m.span()):
            yield m.start("name"), m.end("name")


@lru_cache(maxsize=4096)
def names_of(outlet: str) -> tuple[str, ...]:
    """The names that an outlet goes by, the longest first."""
    known = entry(outlet)
    names = {outlet, *((known.name, *known.aliases) if known else ())}
    # Swedish and Danish papers write "Kema" where the agency writes "KEMA".
    names |= {n.capitalize() for n in names if n.isupper() and len(n) > SHORTEST}
    # "The Brockhurst Echo" is "the Echo" further down.
    if outlet.startswith("The ") and len(outlet.split()) > 2:
        names |= {outlet.removeprefix("The "), "the " + outlet.split()[-1]}
    return tuple(sorted((n for n in names if len(n) >= SHORTEST), key=len, reverse=True))


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    options = "|".join(map(re.escape, names_of(name)))
    return re.compile(rf"(?<![\w-])(?P<name>{options})(?=(?:'?s|:s|’s)?(?![\w]))")


def _in_credit(text: str, span: Span) -> bool:
    """Whether a name stands in brackets or between slashes alone, as agencies are credited."""
    before, after = text[max(0, span[0] - 2) : span[0]], text[span[1] : span[1] + 1]
    return before.endswith(("(", "/", "©")) and after in (")", "/", "")

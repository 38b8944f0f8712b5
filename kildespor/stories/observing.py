"""An outlet's own observation: what its people have seen, counted or read themselves."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from kildespor.model import Attribution, Language, Report, Span
from kildespor.stories.outlets import names_of


def observer(span: Span, a: Attribution | None, report: Report, outlet: str) -> str | None:
    """The outlet that an article says has observed what a mention of it tells, None where it says no such thing.

    It may be another than the article's own: "NRKs utsendte melder om nedslag". Where nobody else is said to have told
    it, the whole paragraph is looked at: "NRK har gått gjennom grunnboka. Der står …".
    """
    language, text = report.article.language or "nob", report.article.text
    around = span if a else (text.rfind("\n", 0, span[0]) + 1, text.find("\n", span[1]) % (len(text) + 1))
    if outlet and _pattern(outlet, language).search(text[slice(*around)]):
        return outlet
    for phrase in (text[s:e] for s, e in (a.source if a else ())):
        m = _anybody(language).search(phrase)
        if m:
            return m["name"]
    return None


@lru_cache(maxsize=1024)
def _pattern(outlet: str, language: Language) -> re.Pattern[str]:
    names = "(?:" + "|".join(map(re.escape, names_of(outlet))) + ")"
    options = "|".join(re.escape(p).replace(r"\{\}", names) for p in _phrases()[language])
    return re.compile(rf"(?<!\w)(?:{options})", re.IGNORECASE)


@cache
def _anybody(language: Language) -> re.Pattern[str]:
    """Whoever's reporters, in the phrase of a source."""
    people = [p for p in _phrases()[language] if p.startswith("{}s ") and len(p.split()) == 2]
    options = "|".join(re.escape(p.removeprefix("{}s ")) for p in people) or "(?!)"
    return re.compile(rf"(?P<name>[A-ZÆØÅÄÖ][\w-]+?(?: [A-ZÆØÅÄÖ][\w-]+?)*)(?:'?s|:s)? (?:{options})\b")


@cache
def _phrases() -> dict[Language, list[str]]:
    phrases: dict[Language, list[str]] = tomllib.loads(  # type: ignore[assignment]
        (Path(__file__).parent / "observing.toml").read_text(encoding="utf-8")
    )
    return phrases

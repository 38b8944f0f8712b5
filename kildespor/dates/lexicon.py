"""The words and forms of a language, read from the TOML files in `words/`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from kildespor.model import Language

TABLES = ("weekday", "month", "season", "ordinal", "unit", "one_unit", "number", "feast", "decade_word")
END = r"(?![\w%]|-\w)"
"""An expression ends with a whole word: "mai" is not one in "maiblomst", nor "17. mai" in "17. mai-tog"."""


class Form(Struct, frozen=True):
    """One way of putting an expression: its pattern, what it means, and the keys of the data file beside these."""

    pattern: re.Pattern[str]
    means: str
    keys: Mapping[str, Any]


class Feast(Struct, frozen=True):
    """A feast: ``fixed`` month-day strings, or days from Easter Sunday; one day, or the first and the last."""

    fixed: tuple[str, ...] = ()
    easter: tuple[int, ...] = ()


class Tense(Struct, frozen=True):
    """The words that tell past from future and those at which a clause breaks; what no past verb is; present verbs."""

    marker: re.Pattern[str]
    not_past: re.Pattern[str]
    present: re.Pattern[str] | None


class Lexicon(Struct, frozen=True):
    """``any_form`` finds where some form begins; its group ``fN`` says that it is ``forms[N]``."""

    forms: tuple[Form, ...]
    any_form: re.Pattern[str]
    tables: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, re.Pattern[str]]
    tense: Tense


@cache
def lexicon(language: Language) -> Lexicon:
    """The lexicon of a language, read once."""
    own, common = _read(language), _read("common")
    words: dict[str, str] = {name: _alternatives(forms) for name, forms in own["words"].items()}
    tables = {name: {word.lower(): value for word, value in own.get(name, {}).items()} for name in TABLES}
    slots = _slots(own, words)
    tables["season"].update(own.get("season_word", {}))
    sources = [form for form in own["form"] + common["form"] if _known(form["form"], slots)]
    patterns = [_fill(form["form"], slots) for form in sources]
    return Lexicon(
        forms=tuple(
            Form(re.compile(pattern, re.IGNORECASE), form["means"], form)
            for pattern, form in zip(patterns, sources, strict=True)
        ),
        any_form=re.compile(
            r"(?<!\w)(?=[\w,(’'])(?:" + "|".join(f"(?P<f{n}>{_nameless(p)})" for n, p in enumerate(patterns)) + ")",
            re.IGNORECASE,
        ),
        tables=tables,
        words={name: re.compile(pattern, re.IGNORECASE) for name, pattern in words.items()},
        tense=_tense(own["tense"]),
    )


@cache
def feasts() -> Mapping[str, Feast]:
    """The feasts by name, as `feasts.toml` has them."""
    return {
        name: Feast(tuple(feast.get("fixed", ())), tuple(feast.get("easter", ())))
        for name, feast in _read("feasts").items()
    }


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "words" / f"{name}.toml").read_text(encoding="utf-8"))


def _alternatives(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _slots(own: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """What may stand in each slot, as a regular expression."""
    slots = {f":{name}": pattern for name, pattern in words.items()}
    for name in TABLES:
        names = _alternatives([re.escape(word) for word in own.get(name, {})])
        if own["capitals"] and name in ("weekday", "month"):
            names = f"(?-i:{names})"
        slots[name] = f"(?P<{name}>{names})"
    slots["count"] = rf"(?P<count>\d{{1,4}}|{_alternatives([re.escape(word) for word in own['number']])})"
    slots["season_definite"] = f"(?P<season>{words['season_definite']})"
    months = _alternatives([re.escape(word) for word in own["month"]])
    slots["bare_month"] = f"(?P<month>(?-i:{months}))"
    slots["day"] = r"(?P<day>0?[1-9]|[12]\d|3[01])"
    slots["day2"] = r"(?P<day2>0?[1-9]|[12]\d|3[01])"
    slots["month_number"] = r" ?(?P<month_number>0?[1-9]|1[0-2])"
    slots["short_year"] = r"(?P<short_year>\d\d)(?!\d|[.,]\d)"
    slots["year1"] = r"(?<![\d.,/§$€£-])(?P<year1>1\d{3}|20\d\d)"
    slots["year"] = (
        r"(?<![\d,§$€£])(?P<year>1\d{3}|20\d\d)(?!\d|['’]\w|[.,:]\d|[-–/]\d|[ \xa0]\d{3}(?!\d)"
        rf"|[ \xa0](?:%|{words['unit_noun']}(?!\w)))"
    )
    slots["hour"] = r"(?P<hour>[01]?\d|2[0-4])"
    slots["minute"] = r"(?P<minute>[0-5]\d)"
    return slots


_SLOT = re.compile(r"\{(:?[a-z_]\w*)\}")


def _known(form: str, slots: Mapping[str, str]) -> bool:
    """Whether the language has words for every slot of a form; it has no such form otherwise."""
    return all(name in slots and "(?:)" not in slots[name] for name in _SLOT.findall(form))


def _fill(form: str, slots: Mapping[str, str]) -> str:
    form = form.replace(" ", "[ \\t\\xa0]").replace("«", "(?P<span>").replace("»", ")")
    return _SLOT.sub(lambda slot: slots[slot[1]], f"(?:{form})") + END


def _nameless(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


def _tense(data: Mapping[str, Any]) -> Tense:
    def group(name: str) -> str:
        return f"(?P<{name}>{'|'.join(data[name])})"

    infinitive = f"(?P<infinitive>{data['infinitive']})"
    endings = f"(?P<ending>{'|'.join(data['past_endings'])})"
    breaks = f"(?P<breaks>{'|'.join(re.escape(word) for word in data['breaks'])})"
    words = "|".join((group("past"), group("future"), infinitive, endings, breaks, r"(?P<word>\w+)"))
    marker = rf"(?<!\w)(?:{words})(?!\w)|(?P<comma>[,;:–—])"
    return Tense(
        re.compile(marker, re.IGNORECASE),
        re.compile("|".join(data["not_past"]), re.IGNORECASE),
        re.compile(data["present"]) if "present" in data else None,
    )

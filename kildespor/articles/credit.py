"""Credit lines and marks: whose wire an article rests on, and who wrote it.

Reads ``(©NTB)``, ``/ritzau/Reuters/``, ``TT-AFP``, ``KYIV (NTB-AFP):``, ``NTB Utenriks``, ``Av Ola Nordmann, Reuters``,
``Ola Nordmann/NTB``, ``Foto: Kari Li / AFP``. The words are in ``credit.toml``. The text is only read.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from msgspec import Struct

_WORDS = tomllib.loads(files("kildespor.articles").joinpath("credit.toml").read_text("utf-8"))
_AGENCY_OF = {form: agency["name"] for agency in _WORDS["agency"] for form in agency["forms"]}
_UNCLEAR = frozenset(agency["name"] for agency in _WORDS["agency"] if agency.get("unclear"))
_PARTICLES = frozenset(_WORDS["byline"]["particles"])

PICTURE = "foto: "
"""What stands before the agency of a picture: it says nothing of where the text is from."""

_LONGEST_BYLINE = 120


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_AGENCY = rf"(?<!\w)(?:{_any_of(list(_AGENCY_OF))})(?!\w)"
_ONE = rf"{_AGENCY}(?:\s+(?:{_any_of(_WORDS['desks']['words'])})(?!\w))?"
_LIST = rf"(?:{_ONE}(?:\s*[-–/,&]\s*|\s+(?:{_any_of(_WORDS['byline']['joins'])})\s+)){{0,4}}{_ONE}"
_COPYRIGHT = r"(?:©|\(c\)|Copyright)?\s*"

_FIND_AGENCY = re.compile(_AGENCY)
_WHOLE_LINE = re.compile(
    rf"(?:(?:{_any_of(_WORDS['source']['words'])}):\s*)?[(\[/]?{_COPYRIGHT}(?P<credit>{_LIST})\s*[)\]/]?\.?"
)
_AT_END = re.compile(
    rf"(?:(?<=[.!?…»”\"'])\s*(?:\({_COPYRIGHT}(?P<bracketed>{_LIST})\)|(?<=\s)(?P<bare>{_LIST}))"
    rf"|\s/(?P<stroked>{_LIST})/?|\s\(?©\s*(?P<marked>{_LIST})\)?)\Z"
)
_AT_START = re.compile(
    rf"(?P<place>[^()!?:;–]{{2,60}}\s)?\({_COPYRIGHT}(?P<credit>{_LIST})\)(?P<after>\s*[:–—-]|\s|\Z)"
)
_PHOTO = re.compile(
    rf"(?<!\w)(?:{_any_of(_WORDS['photo']['words'])}):\s*(?:[^/,\n]{{1,40}}[/,]\s*){{0,4}}?(?P<credit>{_LIST})"
)
_PHOTO_LINE = re.compile(rf"(?:{_any_of(_WORDS['photo']['words'])}):")
_BYLINE = re.compile(rf"(?:{_any_of(_WORDS['byline']['words'])})(?::\s*|\s+)(?P<who>\S.*)")
_JOIN = re.compile(rf"\s*[,/&]\s*|\s+(?:{_any_of(_WORDS['byline']['joins'])})\s+")
_ROLE = re.compile(r"\s*\([^()]*\)")
_CAPITALS = re.compile(r"[^\W\d_a-zæøåäöü]{3}")


class Credit(Struct, frozen=True):
    """``agencies`` by their short names in order of appearance; a picture's after
    :data:`PICTURE`, as ``foto: NTB``. ``byline`` is who wrote it, agencies left out."""

    byline: str | None = None
    agencies: tuple[str, ...] = ()


def in_text(text: str) -> Credit:
    """What the lines of an article credit."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    agencies: list[str] = []
    byline = None
    for number, line in enumerate(lines):
        agencies += _marks(line)
        signed = _signed(line, at_edge=number < 8 or number >= len(lines) - 3)
        agencies += signed.agencies
        byline = byline or signed.byline
    return Credit(byline, tuple(dict.fromkeys(agencies)))


def in_byline(byline: str) -> Credit:
    """Persons and agencies of a byline that is known to be one: ``Ola Nordmann/NTB``, ``NTB-AFP``, ``Av Kari Li``."""
    line = " ".join(byline.split())
    opened = _BYLINE.fullmatch(line)
    who = opened["who"] if opened else line
    whole = _WHOLE_LINE.fullmatch(who)
    return Credit(None, tuple(_short_names(whole["credit"]))) if whole else _parted(who)


def _marks(line: str) -> Iterator[str]:
    if photo := _PHOTO.search(line):
        yield from (f"{PICTURE}{name}" for name in _short_names(photo["credit"]))
    if whole := _WHOLE_LINE.fullmatch(line):
        yield from _short_names(whole["credit"])
        return
    start = _AT_START.match(line)
    if start and _is_dateline(start):
        yield from _short_names(start["credit"])
    end = None if _PHOTO_LINE.search(line) else _AT_END.search(line)
    if end:
        yield from _short_names(next(found for found in end.groups() if found))


def _is_dateline(start: re.Match[str]) -> bool:
    place = start["place"]
    if place is None:
        return True
    if start["after"].strip() == "":
        return False
    if _CAPITALS.search(place):
        return True
    return len(place.split()) == 1 and place[0].isupper() and not _UNCLEAR & set(_short_names(start["credit"]))


def _signed(line: str, *, at_edge: bool) -> Credit:
    """The byline that a line is, if it is one; ``Ola Nordmann/NTB`` alone is one only near an end of the article."""
    if len(line) > _LONGEST_BYLINE or line.endswith((".", "!", "?", ":")) or _PHOTO_LINE.match(line):
        return Credit()
    if opened := _BYLINE.fullmatch(line):
        first, *others = _parts(opened["who"])
        signs = _is_person(first) or bool(_whole_names(first))
        return _parted(opened["who"]) if signs and all(map(_may_follow, others)) else Credit()
    agencies = [part for part in _parts(line) if _whole_names(part)]
    persons = [part for part in _parts(line) if part not in agencies]
    return _parted(line) if at_edge and agencies and persons and all(map(_is_person, persons)) else Credit()


def _parted(who: str) -> Credit:
    agencies = tuple(name for part in _parts(who) for name in _whole_names(part))
    if not agencies:
        return Credit(who)
    persons = [part for part in _parts(who) if not _whole_names(part)]
    return Credit(", ".join(persons) or None, agencies)


def _parts(who: str) -> list[str]:
    return [part.strip() for part in _JOIN.split(_ROLE.sub("", who)) if part.strip()] or [who]


def _whole_names(part: str) -> list[str]:
    whole = _WHOLE_LINE.fullmatch(part)
    return list(_short_names(whole["credit"])) if whole else []


def _short_names(credit: str) -> Iterator[str]:
    return (_AGENCY_OF[form] for form in _FIND_AGENCY.findall(credit))


def _is_name(part: str) -> bool:
    return all(word[0].isupper() or word in _PARTICLES for word in part.split())


def _is_person(part: str) -> bool:
    return 2 <= len(part.split()) <= 5 and _is_name(part) and not re.search(r"\d", part)


def _may_follow(part: str) -> bool:
    is_mail = "@" in part and " " not in part
    return is_mail or _is_name(part)

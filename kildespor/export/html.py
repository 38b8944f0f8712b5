"""A report as one self-contained page: the article with its spans marked, a card with the chain of each attribution."""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from msgspec import Struct

from kildespor.export.chain import (
    ARROW,
    DOUBTFUL,
    Basis,
    Link,
    article_line,
    basis_of,
    chain_of,
    counts_words,
    details_of,
    quoted,
    relay_counts,
    summary_line,
    time_words,
    why_words,
)
from kildespor.export.segments import Line, Segment, lines_of, marks_of
from kildespor.messages import Words
from kildespor.model import Attribution, Language, Report

PAGE = Path(__file__).parent / "page"

HTML_LANGUAGE: dict[Language, str] = {"nob": "nb", "nno": "nn", "dan": "da", "swe": "sv", "eng": "en"}
BASES: tuple[Basis, ...] = ("named", "unnamed", "relayed", "unsourced")

SUBHEAD_LENGTH = 60
"""A line up to this long that ends in a letter or digit is set as a subhead."""


class Card(Struct, frozen=True):
    """An attribution as its card shows it; ``chain`` is the same as ``links`` in one line."""

    number: int
    basis: Basis
    doubtful: bool
    links: tuple[Link, ...]
    chain: str
    content: str
    details: tuple[str, ...]
    why: str | None


class Piece(Struct, frozen=True):
    """A segment as it is set: its classes, the attribution it opens, all its roles, the numbers that stand after it."""

    text: str
    classes: str
    opens: Card | None
    roles: str
    notes: tuple[Card, ...]


class Block(Struct, frozen=True):
    """A line as it is set: the element it becomes (none for a blank line), its pieces and its line end."""

    tag: str | None
    subhead: bool
    pieces: tuple[Piece, ...]
    line_end: str


def html(report: Report, *, words: Words, why: bool = False) -> str:
    """Return a whole HTML page that asks nothing of any other address; ``why`` adds to each card what decided.

    The text of the element ``#text`` is the article's text, character by character (NUL, which HTML cannot hold, as
    U+FFFD).
    """
    cards = [_card(number, a, report, words, why) for number, a in enumerate(report.attributions, start=1)]
    relays = relay_counts(report)
    script = (PAGE / "page.js").read_text(encoding="utf-8")
    return _template().render(
        words=words,
        report=report,
        article=report.article,
        language=HTML_LANGUAGE.get(report.article.language) if report.article.language else None,
        link=_link(report.article.url),
        article_line=article_line(report, words),
        summary_line=summary_line(report, words),
        blocks=_blocks(report, cards),
        titled=_title_line(report) is not None,
        cards=cards,
        bases=BASES,
        counts=Counter(card.basis for card in cards),
        sources=[(source, counts_words(source, relays, words)) for source in report.sources],
        dates=[(quoted(report.article.text, (date.span,)), time_words(date.edtf, words)) for date in report.dates],
        style=Markup((PAGE / "page.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _link(url: str | None) -> tuple[str, str] | None:
    """Return an address of the web with its host; None for any other, which must not become a link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return (url, parts.netloc) if url and parts.scheme in ("http", "https") and parts.netloc else None


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined)
    environment.filters["kept"] = _kept
    return environment.get_template("page.html.j2")


def _kept(text: str) -> Markup:
    """Escape text so that a parser gives it back unchanged: a bare CR would become a line feed."""
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd"))


def _card(number: int, attribution: Attribution, report: Report, words: Words, why: bool) -> Card:
    links = chain_of(attribution, report, words)
    return Card(
        number=number,
        basis=basis_of(attribution),
        doubtful=attribution.confidence < DOUBTFUL,
        links=links,
        chain=ARROW.join(link.name for link in links),
        content=quoted(report.article.text, attribution.content),
        details=details_of(attribution, report.article.text, words),
        why=why_words(attribution, words) if why else None,
    )


def _title_line(report: Report) -> int | None:
    """Return the index of the first line with words in it, if that is the title."""
    for index, line in enumerate(report.article.text.replace("\r", "\n").split("\n")):
        if line.strip():
            return index if line.strip() == (report.article.title or "").strip() else None
    return None


def _blocks(report: Report, cards: list[Card]) -> Iterator[Block]:
    text = report.article.text
    notes = _notes(report, cards)
    lines = lines_of(text, marks_of(report), borders=notes)
    title = _title_line(report)
    filled = [index for index, line in enumerate(lines) if _words_of(line).strip()]
    first, last = (filled[0], filled[-1]) if filled else (0, 0)
    for index, line in enumerate(lines):
        leading = notes.get(0, ()) if index == first else ()
        pieces = tuple(_piece(segment, cards, notes) for segment in line.segments)
        if leading:
            pieces = (Piece("", "", None, "", leading), *pieces)
        tag = None if index not in filled and not leading else "h1" if index == title else "p"
        yield Block(tag, first < index < last and _is_subhead(_words_of(line)), pieces, line.line_end)


def _words_of(line: Line) -> str:
    return "".join(segment.text for segment in line.segments)


def _is_subhead(line: str) -> bool:
    line = line.strip()
    return 0 < len(line) <= SUBHEAD_LENGTH and line[0].isalnum() and line[-1].isalnum() and ":" not in line


def _notes(report: Report, cards: list[Card]) -> Mapping[int, tuple[Card, ...]]:
    """Return after which offset the number of each attribution stands: behind its content or else its other words."""
    text = report.article.text
    notes: dict[int, list[Card]] = defaultdict(list)
    for card, attribution in zip(cards, report.attributions, strict=True):
        spans = attribution.content or attribution.cue or attribution.source or attribution.hearsay
        offset = max((end for start, end in spans if start < end), default=0)
        while offset and text[offset - 1].isspace():
            offset -= 1
        notes[offset].append(card)
    return {offset: tuple(stacked) for offset, stacked in notes.items()}


def _piece(segment: Segment, cards: list[Card], notes: Mapping[int, tuple[Card, ...]]) -> Piece:
    contents = [mark.number for mark in segment.marks if mark.role == "content"]
    classes: list[str] = sorted({mark.role for mark in segment.marks if mark.role != "content"})
    if contents:
        card = cards[contents[0] - 1]
        classes = ["said", card.basis, *(["nested"] if len(contents) > 1 else []), *classes]
    owner = contents[0] if contents else next((mark.number for mark in segment.marks if mark.number), 0)
    return Piece(
        text=segment.text,
        classes=" ".join(classes),
        opens=cards[owner - 1] if owner else None,
        roles=" ".join(dict.fromkeys(f"{mark.number}.{mark.role}" for mark in segment.marks if mark.number)),
        notes=notes.get(segment.end, ()) if segment.text else (),
    )

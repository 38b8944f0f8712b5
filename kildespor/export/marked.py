"""A report's article as it is set on a page: its lines as blocks, cut into pieces that know whose words they are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from kildespor.export.chain import (
    ARROW,
    DOUBTFUL,
    Basis,
    Link,
    basis_of,
    chain_of,
    details_of,
    quoted,
    why_words,
)
from kildespor.export.segments import Line, Mark, Segment, lines_of, marks_of
from kildespor.messages import Words
from kildespor.model import Attribution, Report

BASES: tuple[Basis, ...] = ("named", "unnamed", "relayed", "unsourced")

SUBHEAD_LENGTH = 60
"""A line up to this long that ends in a letter or digit is set as a subhead."""


class Card(Struct, frozen=True):
    """An attribution as its card shows it; ``chain`` is the same as ``links`` in one line. ``ids`` are the sources of
    the links, None where one is no source of the report."""

    number: int
    basis: Basis
    doubtful: bool
    links: tuple[Link, ...]
    ids: tuple[str | None, ...]
    chain: str
    content: str
    details: tuple[str, ...]
    why: str | None


class Piece(Struct, frozen=True):
    """A segment as it is set: its classes, the attribution it opens, all its roles, the numbers that stand after it.

    ``whose`` is the id of the source that it names as source or relay; ``goes_on`` says that the piece before named
    the same one. ``own`` is the id of the statement in the outlet's own voice that it is of, where it opens no
    attribution; ``own_ends`` that of the statement that ends here.
    """

    text: str
    classes: str
    opens: Card | None
    roles: str
    notes: tuple[Card, ...]
    whose: str | None = None
    goes_on: bool = False
    own: str | None = None
    own_ends: str | None = None


class Block(Struct, frozen=True):
    """A line as it is set: the element it becomes (none for a blank line), its pieces and its line end."""

    tag: str | None
    subhead: bool
    pieces: tuple[Piece, ...]
    line_end: str


def cards_of(report: Report, words: Words, *, why: bool) -> list[Card]:
    """Return the card of each attribution; ``why`` adds what decided."""
    known = {source.id for source in report.sources}
    return [_card(number, a, report, known, words, why) for number, a in enumerate(report.attributions, start=1)]


def _card(number: int, a: Attribution, report: Report, known: set[str], words: Words, why: bool) -> Card:
    links = chain_of(a, report, words)
    ids = (a.source_id, *(relay.source_id for relay in a.relays), None)
    return Card(
        number=number,
        basis=basis_of(a),
        doubtful=a.confidence < DOUBTFUL,
        links=links,
        ids=tuple(id_ if id_ in known else None for id_ in ids),
        chain=ARROW.join(link.name for link in links),
        content=quoted(report.article.text, a.content),
        details=details_of(a, report.article.text, words),
        why=why_words(a, words) if why else None,
    )


def title_line(report: Report) -> int | None:
    """Return the index of the first line with words in it, if that is the title."""
    for index, line in enumerate(report.article.text.replace("\r", "\n").split("\n")):
        if line.strip():
            return index if line.strip() == (report.article.title or "").strip() else None
    return None


def blocks_of(report: Report, cards: list[Card]) -> Iterator[Block]:
    """Yield the lines of the article's text as blocks. Pieces and line ends put together are the text."""
    text = report.article.text
    notes = _notes(report, cards)
    names, voices = _names(report), {Mark(one.span, 0, "own"): one.id for one in report.statements}
    lines = lines_of(text, marks_of(report), borders=notes)
    title = title_line(report)
    filled = [index for index, line in enumerate(lines) if _words_of(line).strip()]
    first, last = (filled[0], filled[-1]) if filled else (0, 0)
    for index, line in enumerate(lines):
        leading = notes.get(0, ()) if index == first else ()
        pieces = tuple(_pieces(line, cards, notes, names, voices))
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


def _names(report: Report) -> Mapping[Mark, str]:
    """Return which source each mark of a source or relay names."""
    known = {source.id for source in report.sources}
    names: dict[Mark, str] = {}
    for number, a in enumerate(report.attributions, start=1):
        if a.source_id in known:
            names |= {Mark(span, number, "source"): str(a.source_id) for span in a.source}
        for relay in a.relays:
            if relay.source_id in known:
                names |= {Mark(span, number, "relay"): str(relay.source_id) for span in relay.source}
    return names


def _pieces(
    line: Line,
    cards: list[Card],
    notes: Mapping[int, tuple[Card, ...]],
    names: Mapping[Mark, str],
    voices: Mapping[Mark, str],
) -> Iterator[Piece]:
    before = None
    for segment in line.segments:
        whose = next((names[mark] for mark in segment.marks if mark in names), None)
        after = notes.get(segment.end, ()) if segment.text else ()
        piece = _piece(segment, cards, after, whose, whose is not None and whose == before)
        yield _voiced(piece, segment, voices) if segment.text else piece
        before = None if after else whose


def _piece(segment: Segment, cards: list[Card], notes: tuple[Card, ...], whose: str | None, goes_on: bool) -> Piece:
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
        notes=notes,
        whose=whose,
        goes_on=goes_on,
    )


def _voiced(piece: Piece, segment: Segment, voices: Mapping[Mark, str]) -> Piece:
    own = [mark for mark in segment.marks if mark in voices]
    ending = next((voices[mark] for mark in own if mark.span[1] == segment.end), None)
    return replace(piece, own=voices[own[0]] if own and not piece.opens else None, own_ends=ending)


def web_address(url: str | None) -> tuple[str, str] | None:
    """Return an address of the web with its host; None for any other, which must not become a link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return (url, parts.netloc) if url and parts.scheme in ("http", "https") and parts.netloc else None

"""A text cut at the borders of spans that nest, overlap and touch, so that each piece can be set on its own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from kildespor.model import Attribution, Report, Span, Spans

Role = Literal[
    "content", "cue", "source", "relay", "relay_cue", "addressee", "hearsay", "refers_to", "own", "mention", "date"
]


class Mark(Struct, frozen=True):
    """A span and what it is to whom: its role in the attribution with this number, counted from 1 (0: of none)."""

    span: Span
    number: int
    role: Role


class Segment(Struct, frozen=True):
    """An unbroken piece of text under the same marks throughout, the shortest mark first."""

    start: int
    text: str
    marks: tuple[Mark, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Line(Struct, frozen=True):
    """A line of the text in segments, and the line end after it. CR LF ends two lines, the second an empty one."""

    segments: tuple[Segment, ...]
    line_end: str


def marks_of(report: Report) -> Iterator[Mark]:
    """Yield every span of a report as a mark: attributions, statements, mentions of sources, dates."""
    for number, attribution in enumerate(report.attributions, start=1):
        for role, spans in _roles(attribution):
            for span in spans:
                yield Mark(span, number, role)
    for statement in report.statements:
        yield Mark(statement.span, 0, "own")
    for source in report.sources:
        for span in source.mentions:
            yield Mark(span, 0, "mention")
    for date in report.dates:
        yield Mark(date.span, 0, "date")


def _roles(attribution: Attribution) -> Iterator[tuple[Role, Spans]]:
    yield "content", attribution.content
    yield "cue", attribution.cue
    yield "source", attribution.source
    yield "addressee", attribution.addressee
    yield "hearsay", attribution.hearsay
    yield "refers_to", attribution.refers_to
    for relay in attribution.relays:
        yield "relay", relay.source
        yield "relay_cue", relay.cue


def lines_of(text: str, marks: Iterable[Mark], borders: Iterable[int] = ()) -> list[Line]:
    """Cut a text into its lines and these into segments, at every border of a mark and at ``borders``.

    The segments and line ends put together are the text. Spans that are empty or outside the text mark nothing.
    """
    marks = [mark for mark in marks if 0 <= mark.span[0] < mark.span[1] <= len(text)]
    breaks = [found.span() for found in re.finditer(r"[\r\n]", text)]
    cuts = {border for mark in marks for border in mark.span} | {border for ends in breaks for border in ends}
    cuts |= {0, len(text)} | {border for border in borders if 0 <= border <= len(text)}
    segments = _segments(text, marks, sorted(cuts))
    line_ends = dict(breaks)
    lines: list[Line] = []
    pending: list[Segment] = []
    for segment in segments:
        if segment.start in line_ends:
            lines.append(Line(tuple(pending), segment.text))
            pending = []
        else:
            pending.append(segment)
    return [*lines, Line(tuple(pending), "")]


def _segments(text: str, marks: Sequence[Mark], cuts: Sequence[int]) -> Iterator[Segment]:
    opening, closing = defaultdict(list), defaultdict(list)
    for mark in marks:
        opening[mark.span[0]].append(mark)
        closing[mark.span[1]].append(mark)
    running: dict[Mark, None] = {}
    for start, end in pairwise(cuts):
        for mark in closing[start]:
            running.pop(mark, None)
        running.update(dict.fromkeys(opening[start]))
        yield Segment(start, text[start:end], tuple(sorted(running, key=lambda mark: mark.span[1] - mark.span[0])))

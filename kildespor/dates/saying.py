"""Which date is that of the saying."""

from collections.abc import Sequence

from kildespor.model import DateExpression, Span, Spans


def when_said(
    attribution_content: Spans, cue: Spans, source: Spans, sentence: Span, dates: Sequence[DateExpression]
) -> str | None:
    """When a source said something: the date in the cue's own clause, nearest to the cue, as EDTF.

    In: the attribution's spans, the span of the sentence that holds its cue, and the dates of the article. A date
    inside the content is told of, not said then; one with content between it and the cue stands in another clause.
    Without a cue the source stands for it; without both there is no clause, and None. Of two dates equally near, the
    later in the text counts ("… sa han mandag").
    """
    anchor = cue or source
    if not anchor:
        return None
    near: list[tuple[int, int, str]] = []
    for date in dates:
        start, end = date.span
        if start < sentence[0] or end > sentence[1] or any(_overlap(date.span, span) for span in attribution_content):
            continue
        between = min((_gap(date.span, span) for span in anchor), key=lambda gap: gap[1] - gap[0])
        if not any(_overlap(between, span) for span in attribution_content):
            near.append((between[1] - between[0], -start, date.edtf))
    return min(near)[2] if near else None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _gap(one: Span, other: Span) -> Span:
    """The stretch between two spans; empty where they touch or overlap."""
    first, last = sorted((one, other))
    return first[1], max(first[1], last[0])

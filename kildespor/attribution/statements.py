"""What the outlet says in its own voice: the sentences that it attributes to nobody."""

from collections.abc import Sequence

from kildespor.model import Attribution, Span, Statement

SHORTEST = 3
"""Words below which a line is a label, a byline or a credit rather than a statement."""


def statements(text: str, sentences: Sequence[Span], attributions: Sequence[Attribution]) -> tuple[Statement, ...]:
    """The sentences in order that no attribution's content, cue or source touches. A sentence that ends in a question
    mark questions; the others assert."""
    attributed = sorted(span for a in attributions for part in (a.content, a.cue, a.source, a.hearsay) for span in part)
    found: list[Span] = []
    at = 0
    reach = 0
    for start, end in sentences:
        while at < len(attributed) and attributed[at][0] < end:
            reach = max(reach, attributed[at][1])
            at += 1
        if reach <= start and len(text[start:end].split()) >= SHORTEST:
            found.append((start, end))
    return tuple(
        Statement(id=f"t{i}", span=span, polarity="questions" if text[: span[1]].endswith("?") else "asserts")
        for i, span in enumerate(found, 1)
    )

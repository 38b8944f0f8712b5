"""What an article tells, piece by piece: the stretches of text that may report a claim.

A claim is seldom just a sentence: one sentence may report two ("14 are dead and 61 missing"), and one claim may take a
quote of two. So sentences, their clauses, and attributions that span sentences are all mentions, and the smallest of
them are what claims are built of.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from kildespor.language.segment import segment
from kildespor.model import Attribution, Language, Report, Span, Spans

LEAST_OPENS, LEAST_JOINS, LEAST = 3, 4, 3
"""Words that must stand on both sides of a word that opens a clause or joins two, and in a mention."""
TIE = 1e-5
"""What a letter more of content costs, so that of two that cover a span alike the smaller is taken."""
BREAK = re.compile(r"[:;]\s+|\s+[–—-]\s+")
WORD = re.compile(r"\w+(?:[.,'’:-]\w+)*")


class Mention(Struct, frozen=True, kw_only=True):
    """A stretch of one article that may report a claim.

    ``span`` is what is shown; ``parts`` are the numbers of the smaller mentions within it, none where it is whole.
    ``attribution`` is the one whose content it is or stands in, None where the outlet says it in its own voice.
    """

    span: Span
    parts: tuple[int, ...] = ()
    attribution: Attribution | None = None
    headline: bool = False


def mentions(report: Report) -> tuple[Mention, ...]:
    """The mentions of an article: clauses first, then what holds several of them."""
    text, language = report.article.text, report.article.language or "nob"
    segments = segment(text)
    headline = segments.paragraphs[0][1] if segments.paragraphs else 0
    small: list[Span] = []
    large: list[Span] = []
    for sentence in segments.sentences:
        pieces = clauses(text, sentence, language)
        small += [p for p in pieces if len(pieces) == 1 or not _frames(p, report.attributions)]
        if len(pieces) > 1:
            large.append(sentence)
    for a in report.attributions:
        whole = _whole(a, segments.sentences, segments.paragraphs)
        if whole and whole not in large and sum(s[0] >= whole[0] and s[1] <= whole[1] for s in small) > 1:
            large.append(whole)
    found = [Mention(span=s, attribution=_attributed(s, report.attributions), headline=s[1] <= headline) for s in small]
    for span in sorted(set(large)):
        parts = tuple(i for i, s in enumerate(small) if s[0] >= span[0] and s[1] <= span[1])
        found.append(
            Mention(
                span=span,
                parts=parts,
                attribution=_attributed(span, report.attributions),
                headline=span[1] <= headline,
            )
        )
    return tuple(found)


def clauses(text: str, sentence: Span, language: Language) -> list[Span]:
    """The clauses of one sentence, in order: cut where a word opens or joins clauses with enough words around it."""
    start, end = sentence
    cuts: list[int] = []
    at = start
    for m in _joints(language).finditer(text, start, end):
        least = LEAST_JOINS if m["joins"] else LEAST_OPENS
        cut = m.end() if m["breaks"] else m.start("word")
        if _words(text[at:cut]) >= least and _words(text[cut:end]) >= least:
            cuts.append(cut)
            at = cut
    edges = [start, *cuts, end]
    return [_trimmed(text, a, b) for a, b in pairwise(edges) if _words(text[a:b]) >= 1]


@cache
def _joints(language: Language) -> re.Pattern[str]:
    data = tomllib.loads((Path(__file__).parent / "joints.toml").read_text(encoding="utf-8"))
    opens, joins = (
        "|".join(sorted(map(re.escape, data[kind][language]), key=len, reverse=True)) for kind in ("opens", "joins")
    )
    return re.compile(
        rf"(?P<breaks>{BREAK.pattern})|(?<=[\s,])(?P<word>(?:(?P<opens>{opens})|(?P<joins>{joins}))(?=\s))"
    )


def _words(text: str) -> int:
    return len(WORD.findall(text))


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(" ,;:\n\t"))
    trail = len(piece) - len(piece.rstrip(" ,;:\n\t"))
    return start + lead, max(end - trail, start + lead)


def _whole(a: Attribution, sentences: Sequence[Span], paragraphs: Sequence[Span]) -> Span | None:
    """The sentences that an attribution takes up, with its cue and source, within one paragraph."""
    spans = [*a.content, *a.cue, *a.source]
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    around = next((p for p in paragraphs if p[0] <= a.content[0][0] < p[1]), None)
    if around is None:
        return None
    start, end = max(start, around[0]), min(end, around[1])
    touched = [s for s in sentences if s[0] < end and s[1] > start]
    return (touched[0][0], touched[-1][1]) if len(touched) > 1 else None


def _attributed(span: Span, attributions: Sequence[Attribution]) -> Attribution | None:
    """The attribution that has most of a span in its content, of two the one whose content is smaller; else the one
    that points back at it ("Det skriver VG")."""
    best, most = None, 0.0
    for a in attributions:
        length = sum(e - s for s, e in a.content)
        share = _shared(span, a.content) / (span[1] - span[0] or 1)
        if share and share - length * TIE > most:
            best, most = a, share - length * TIE
    if best is None:
        best = next((a for a in attributions if 2 * _shared(span, a.refers_to) > span[1] - span[0]), None)
    return best


def _frames(span: Span, attributions: Sequence[Attribution]) -> bool:
    """Whether a clause only says who says what stands in another ("the captain told investigators")."""
    speaking = any(_shared(span, (*a.cue, *a.source)) for a in attributions)
    return speaking and not any(_shared(span, a.content) for a in attributions)


def _shared(span: Span, spans: Spans) -> int:
    return sum(max(0, min(e, span[1]) - max(s, span[0])) for s, e in spans)

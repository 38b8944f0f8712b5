"""What persons have judged of attributions, and reports with it applied.

A correction holds on to the attribution that it judged, spans and all, since a later model numbers and cuts its
attributions anew. It is laid on a report by finding what stands in the same place.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kildespor.export.chain import CORRECTION
from kildespor.model import Attribution, Relay, Report, Spans
from kildespor.sources.recount import recounted

Verdict = Literal["accept", "reject", "amend"]

SAME = 0.5
"""Share of their characters (Dice) that two contents must have in common to be one attribution found twice."""


class Correction(Struct, frozen=True, kw_only=True):
    """A judgement: ``original`` is the attribution judged, ``amended`` what an amended one should be."""

    verdict: Verdict
    original: Attribution
    amended: Attribution | None = None

    @property
    def right(self) -> Attribution | None:
        """The attribution that should stand there; None where there should be none."""
        return {"accept": self.original, "amend": self.amended, "reject": None}[self.verdict]


def judged(report: Report, corrections: Iterable[Correction]) -> dict[str, Correction]:
    """The corrections, oldest first, by the id that their attribution has in the corrected report.

    Of several on one attribution the last counts. One whose attribution the model no longer finds gets an id that the
    report does not have: ``c1``, ``c2`` ….
    """
    found: dict[str, Correction] = {}
    missing: dict[tuple[Spans, Spans], Correction] = {}
    for correction in corrections:
        same = _same(correction.original, report.attributions)
        if same:
            found[same.id] = correction
        else:
            missing[correction.original.content, correction.original.cue] = correction
    taken = {attribution.id for attribution in report.attributions}
    free = (name for n in range(1, len(taken) + len(missing) + 1) if (name := f"c{n}") not in taken)
    return found | dict(zip(free, missing.values(), strict=False))


def applied(report: Report, corrections: Sequence[Correction]) -> Report:
    """The report as it should be: what is rejected left out, what is accepted or amended as the person has it, with
    confidence 1 and ``why.by`` *correction*. Its sources are those that still speak or relay, counted anew."""
    if not corrections:
        return report
    verdicts = judged(report, corrections)
    right: list[Attribution] = []
    for attribution in report.attributions:
        correction = verdicts.pop(attribution.id, None)
        kept = correction.right if correction else attribution
        if kept:
            right.append(_placed(kept, attribution.id, report) if correction else kept)
    missed = [_placed(c.right, name, report) for name, c in verdicts.items() if c.right]
    if missed:
        right = sorted(right + missed, key=lambda attribution: min(spans_of(attribution), default=(0, 0)))
    return recounted(replace(report, attributions=tuple(right)))


def moved(correction: Correction, old: str, new: str) -> Correction | None:
    """The correction of an article's text ``old`` for its text ``new``; None where its words stand there no more, or
    no longer as far from each other. Of several such places the nearest counts."""
    if old == new:
        return correction
    spans = {span for a in (correction.original, correction.amended) if a for span in spans_of(a)}
    if not spans:
        return None
    start, end = max(spans, key=lambda span: span[1] - span[0])
    for place in sorted(_places(new, old[start:end]), key=lambda place: abs(place - start)):
        by = place - start
        if all(s + by >= 0 and old[s:e] == new[s + by : e + by] for s, e in spans):
            amended = correction.amended
            return replace(
                correction, original=_shifted(correction.original, by), amended=amended and _shifted(amended, by)
            )
    return None


def spans_of(attribution: Attribution) -> Spans:
    """Every span of an attribution and its relays."""
    a = attribution
    own = a.content + a.cue + a.source + a.hearsay + a.addressee + a.refers_to
    return own + tuple(span for relay in a.relays for span in relay.source + relay.cue)


def _same(attribution: Attribution, others: Iterable[Attribution]) -> Attribution | None:
    """The one of ``others`` in the same place: contents that overlap most, cues that do not contradict it. Of several
    with the same content it is the one whose other spans overlap most, and at last the one of the same id."""
    cue, spans = _characters(attribution.cue), spans_of(attribution)
    best, best_rank = None, (SAME, 0.0, False)
    for other in others:
        other_cue = _characters(other.cue)
        share = _dice(attribution.content or attribution.cue, other.content or other.cue)
        rank = (share, _dice(spans, spans_of(other)), other.id == attribution.id)
        if rank >= best_rank and (not cue or not other_cue or cue & other_cue):
            best, best_rank = other, rank
    return best


def _dice(one: Spans, other: Spans) -> float:
    """Twice the characters in common over the characters of both (Dice 1945)."""
    mine, theirs = _characters(one), _characters(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else 1.0


def _characters(spans: Spans) -> set[int]:
    return {offset for start, end in spans for offset in range(start, end)}


def _placed(attribution: Attribution, name: str, report: Report) -> Attribution:
    """An attribution as a person has it, tied to the sources of this report."""
    ids = {s.name: s.id for s in report.sources}
    named: list[Attribution | Relay] = [*report.attributions, *_relays(report)]
    ids |= {one.entity: one.source_id for one in named if one.entity and one.source_id}
    return replace(
        attribution,
        id=name,
        source_id=ids.get(attribution.entity or ""),
        relays=tuple(replace(relay, source_id=ids.get(relay.entity or "")) for relay in attribution.relays),
        confidence=1.0,
        why=replace(attribution.why, by=CORRECTION),
    )


def _relays(report: Report) -> tuple[Relay, ...]:
    return tuple(relay for attribution in report.attributions for relay in attribution.relays)


def _places(text: str, words: str) -> Iterable[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _shifted(attribution: Attribution, by: int) -> Attribution:
    def shift(spans: Spans) -> Spans:
        return tuple((start + by, end + by) for start, end in spans)

    a = attribution
    return replace(
        a,
        content=shift(a.content),
        cue=shift(a.cue),
        source=shift(a.source),
        hearsay=shift(a.hearsay),
        addressee=shift(a.addressee),
        refers_to=shift(a.refers_to),
        relays=tuple(replace(relay, source=shift(relay.source), cue=shift(relay.cue)) for relay in a.relays),
    )

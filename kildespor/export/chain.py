"""What every form of a report shows of an attribution: what it rests on, its chain, its words; and all in numbers."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from kildespor.messages import Words
from kildespor.model import Attribution, Flag, Report, Source, Spans
from kildespor.sources.telling import why_told

Basis = Literal["named", "unnamed", "relayed", "unsourced"]

ARROW = " → "
GAP = " … "

_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::\d\d)?\S*)?([?~%])?")
_SOME_DAY = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2]))?)(?:-XX){1,2}")

OPEN = ("", "..")
"""How EDTF writes an end of an interval that is unknown or open."""

DOUBTFUL = 0.5
"""Below this confidence an attribution is more likely wrong than right, and is shown as doubtful."""

CORRECTION = "correction"
"""What ``why.by`` is where a person has judged."""


class Link(Struct, frozen=True):
    """One hand in a chain: its name and whether it is the source, a relay or the article itself."""

    name: str
    role: Literal["source", "relay", "outlet"]


class Summary(Struct, frozen=True):
    """A report in numbers: attributions, distinct sources, attributions through other media, those with no source."""

    attributions: int
    sources: int
    relayed: int
    unsourced: int


def basis_of(attribution: Attribution) -> Basis:
    """Return what an attribution rests on. A relay outweighs the kind of source: the reader should know it first."""
    if attribution.relays:
        return "relayed"
    return "unsourced" if attribution.source_kind == "unstated" else attribution.source_kind


def chain_of(attribution: Attribution, report: Report, words: Words) -> tuple[Link, ...]:
    """Return the chain from the source over the relays, innermost first, to the article's outlet."""
    article = report.article
    source = attribution.entity or quoted(article.text, attribution.source) or words("chain.unstated")
    relays = (
        relay.entity or quoted(article.text, relay.source) or words("chain.unstated") for relay in attribution.relays
    )
    return (
        Link(one_line(source), "source"),
        *(Link(one_line(relay), "relay") for relay in relays),
        Link(one_line(article.outlet or words("chain.here")), "outlet"),
    )


def summary_of(report: Report) -> Summary:
    """Count a report. A relay is a medium unless it is a person or group that speaks in the article on its own, too."""
    speaking = {a.source_id for a in report.attributions}
    people = {s.id for s in report.sources if s.type in ("person", "group") and s.id in speaking}
    speakers = {a.source_id or a.entity for a in report.attributions}
    bases = [basis_of(a) for a in report.attributions]
    return Summary(
        attributions=len(bases),
        sources=len(speakers - {None}),
        relayed=sum(any(relay.source_id not in people for relay in a.relays) for a in report.attributions),
        unsourced=bases.count("unsourced"),
    )


def summary_line(report: Report, words: Words) -> str:
    """Return the numbers as a line: ``27 kildehenvisninger · 5 kilder · 3 gjennom andre medier · 6 uten kilde``."""
    summary = summary_of(report)
    return " · ".join(words(f"summary.{field}", n=getattr(summary, field)) for field in summary.__struct_fields__)


def article_line(report: Report, words: Words) -> str:
    """Return outlet, byline, time, language and credit of the article as far as they are known, in a line."""
    article = report.article
    parts = (
        article.outlet,
        article.byline,
        article.published and time_words(article.published, words),
        article.language and words(f"language.{article.language}"),
        article.credit and words("article.credit", names=", ".join(article.credit)),
    )
    return " · ".join(one_line(part) for part in parts if part)


def details_of(attribution: Attribution, text: str, words: Words) -> tuple[str, ...]:
    """Return what there is to say of an attribution beside its chain and content, a phrase each, the surest last."""
    act = words(f"act.{attribution.act}")
    if attribution.cue:
        act += " " + words("detail.cue", words=quoted(text, attribution.cue))
    parts = [words(f"kind.{attribution.kind}"), act]
    if attribution.source_kind == "unnamed":
        parts.append(words("detail.unnamed"))
    if attribution.polarity != "asserts":
        parts.append(words(f"polarity.{attribution.polarity}"))
    for role in ("addressee", "hearsay", "refers_to"):
        if spans := getattr(attribution, role):
            parts.append(words(f"detail.{role}", words=shorten(quoted(text, spans), 120)))
    if attribution.when:
        parts.append(words("detail.when", edtf=date_words(attribution.when, words)))
    parts.append(sure_words(attribution, words))
    return tuple(parts)


def judged_by_person(attribution: Attribution) -> bool:
    """Whether an attribution stands as a person has accepted or amended it."""
    return attribution.why.by == CORRECTION


def relay_counts(report: Report) -> Counter[str | None]:
    """Count how often each source, by its id, is a relay."""
    return Counter(relay.source_id for attribution in report.attributions for relay in attribution.relays)


def counts_words(source: Source, relays: Counter[str | None], words: Words) -> str:
    """Return how often a source speaks directly, how often indirectly, how often it is a relay; zeros are left out."""
    counts = {"direct": source.direct, "indirect": source.indirect, "relay": relays[source.id]}
    return ", ".join(words(f"sources.{role}", n=n) for role, n in counts.items() if n)


def flag_why(flag: Flag, words: Words) -> str:
    """Why a source is flagged, in the interface's language; as the report has it where it names no reason."""
    if flag.reason in ("under_state", "under_party"):
        return words(f"flag_reason.{flag.reason}", why=why_told(flag.why, words))
    return words(f"flag_reason.{flag.reason}", **flag.values) if flag.reason else flag.why


def why_words(attribution: Attribution, words: Words) -> str:
    """Return what decided an attribution: the kind of its anchor, the model, a person or something else, and the
    score."""
    why = attribution.why
    by = words(f"by.{why.by if why.by in ('model', CORRECTION) else 'other'}")
    score = f"{why.score:.2f}".replace(".", words("number.point"))
    return words("detail.why", anchor=words(f"anchor.{why.anchor}"), by=by, score=score)


def sure_words(attribution: Attribution, words: Words) -> str:
    """Return how sure an attribution is: that a person has judged it, or else its confidence."""
    if judged_by_person(attribution):
        return words("detail.judged")
    return confidence_words(attribution.confidence, words)


def confidence_words(confidence: float, words: Words) -> str:
    """Return a confidence as a percentage, said to be doubtful when it is below :data:`DOUBTFUL`."""
    return words("detail.doubtful" if confidence < DOUBTFUL else "detail.confidence", percent=round(100 * confidence))


def date_words(edtf: str, words: Words) -> str:
    """Return a date as one writes it: ``18. nov. 2024 kl. 01.26``; both ends of an interval; the members of a set with
    *or* or *and*; what has no words as it is."""
    return _each(edtf, words, lambda one: _stretch_words(one, words))


def time_words(edtf: str, words: Words) -> str:
    """Return an EDTF string for reading: the members of a set with *or* or *and*, anything else as it is."""
    return _each(edtf, words, one_line)


def _each(edtf: str, words: Words, told: Callable[[str], str]) -> str:
    """What is told of each member of a set, or of the one date."""
    one_of, all_of = re.fullmatch(r"\[(.*)\]", edtf), re.fullmatch(r"\{(.*)\}", edtf)
    found = one_of or all_of
    if not found:
        return told(edtf)
    *first, last = (told(member.strip()) for member in found[1].split(","))
    return (", ".join(first) + words("time.one_of" if one_of else "time.all_of") if first else "") + last


def _stretch_words(edtf: str, words: Words) -> str:
    start, between, end = edtf.partition("/" if "/" in edtf else "..")
    if not between:
        return _moment_words(edtf, words)
    ends = ("…" if each in OPEN else _moment_words(each, words) for each in (start, end))
    return " – ".join(ends)


def _moment_words(edtf: str, words: Words) -> str:
    some_day = _SOME_DAY.fullmatch(edtf)
    if some_day:
        return words("time.some_day", time=_moment_words(some_day[1], words))
    plain = _PLAIN.fullmatch(edtf)
    if plain is None or (plain[2] and f"month.{int(plain[2])}" not in words):
        return one_line(edtf)
    year, month, day, hour, minute, vague = plain.groups()
    said = year
    if month:
        name = words(f"month.{int(month)}")
        said = words("time.day", day=int(day), month=name, year=year) if day else f"{name} {year}"
    if hour:
        said = words("time.clock", day=said, hour=hour, minute=minute)
    return words("time.about", time=said) if vague else said


def words_of(text: str, spans: Spans) -> str:
    """Return the words of the spans as they stand, an ellipsis between one and the next."""
    return GAP.join(text[start:end] for start, end in spans)


def quoted(text: str, spans: Spans) -> str:
    """Return the words of the spans on one line, an ellipsis where something between two of them is left out."""
    pieces: list[str] = []
    end = None
    for start, stop in spans:
        if end is not None:
            pieces.append(GAP if text[end:start].strip() else " ")
        pieces.append(text[start:stop])
        end = stop
    return one_line("".join(pieces))


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a line, cut at a word's end and closed with an ellipsis if it is cut."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 2]
    whole_words = kept if text[limit - 2] == " " else kept.rpartition(" ")[0]
    return (whole_words or kept).rstrip(" ,;:–—-") + " …"


def one_line(text: str) -> str:
    """Return text on one line, without the control characters that could steer a terminal."""
    return " ".join(re.sub(r"[\x00-\x08\x0e-\x1b\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", text).split())

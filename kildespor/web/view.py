"""A report as the page of an article shows it."""

from collections import Counter

from msgspec import Struct

from kildespor.export.chain import Basis, counts_words, date_words, one_line, relay_counts, summary_of
from kildespor.export.marked import BASES, Block, Card, blocks_of, cards_of, title_line, web_address
from kildespor.language.codes import BCP47
from kildespor.messages import Words
from kildespor.model import Article, Report, Source
from kildespor.web.drawing import Drawing, drawing_of
from kildespor.web.timeline import Time, timeline


class Speaker(Struct, frozen=True):
    """A source with everything that it says here, and what it passes on from others."""

    source: Source
    name: str
    counts: str
    says: tuple[Card, ...]
    relays: tuple[Card, ...]


class Share(Struct, frozen=True):
    """How many attributions rest on something, and where its part of a bar of 1000 begins and how long it is."""

    basis: Basis
    n: int
    start: float
    length: float


class View(Struct, frozen=True, kw_only=True):
    """All that the page of an article shows. ``language`` is as HTML has it, ``link`` the address and its host."""

    title: str
    titled: bool
    language: str | None
    link: tuple[str, str] | None
    about: str
    summary: str
    heard: str | None
    cards: tuple[Card, ...]
    head: tuple[Block, ...]
    body: tuple[Block, ...]
    shares: tuple[Share, ...]
    own_voice: int
    speakers: tuple[Speaker, ...]
    drawing: Drawing | None
    times: tuple[Time, ...]
    model: str


def view_of(report: Report, words: Words) -> View:
    """Put together what the page of an article shows."""
    cards = cards_of(report, words, why=True)
    blocks = tuple(blocks_of(report, cards))
    # The headline stands apart, so that the summary can stand between it and the text on a small screen.
    body = next((n for n, block in enumerate(blocks, start=1) if block.tag == "h1"), 0)
    article = report.article
    return View(
        title=one_line(article.title or "") or words("article.untitled"),
        titled=title_line(report) is not None,
        language=BCP47[article.language] if article.language else None,
        link=web_address(article.url),
        about=_about(article, words),
        summary=summary(report, words),
        heard=_heard(report, words),
        cards=tuple(cards),
        head=blocks[:body],
        body=blocks[body:],
        shares=_shares(cards),
        own_voice=len(report.statements),
        speakers=_speakers(report, cards, words),
        drawing=drawing_of(cards),
        times=timeline(report, words),
        model=report.model,
    )


def _about(article: Article, words: Words) -> str:
    parts = (
        article.outlet,
        article.byline,
        article.published and date_words(article.published, words),
        article.language and words(f"language.{article.language}"),
        article.credit and words("article.credit", names=", ".join(article.credit)),
    )
    return " · ".join(one_line(part) for part in parts if part)


def summary(report: Report, words: Words) -> str:
    """Return in a sentence how many attributions there are, of how many sources, and on what they rest."""
    numbers = summary_of(report)
    if not numbers.attributions:
        return words("reading.none")
    told = words("reading.summary", n=numbers.attributions, sources=words("summary.sources", n=numbers.sources))
    parts = [words("reading.relayed", n=numbers.relayed)] if numbers.relayed else []
    parts += [words("reading.unsourced", n=numbers.unsourced)] if numbers.unsourced else []
    return (told + "; " + words("time.all_of").join(parts) if parts else told) + "."


def _heard(report: Report, words: Words) -> str | None:
    """Who says most, where somebody says more than once."""
    most = max(report.sources, key=lambda source: source.direct + source.indirect, default=None)
    n = most.direct + most.indirect if most else 0
    return words("reading.heard", name=one_line(most.name), times=n) if most and n > 1 else None


def _shares(cards: list[Card]) -> tuple[Share, ...]:
    counts = Counter(card.basis for card in cards)
    shares: list[Share] = []
    start = 0.0
    for basis in BASES:
        if counts[basis]:
            length = 1000 * counts[basis] / len(cards)
            shares.append(Share(basis, counts[basis], start, length))
            start += length
    return tuple(shares)


def _speakers(report: Report, cards: list[Card], words: Words) -> tuple[Speaker, ...]:
    """The sources, those who say most first."""
    relays = relay_counts(report)
    both = list(zip(cards, report.attributions, strict=True))
    speakers = [
        Speaker(
            source=source,
            name=one_line(source.name),
            counts=counts_words(source, relays, words),
            says=tuple(card for card, a in both if a.source_id == source.id),
            relays=tuple(card for card, a in both if any(r.source_id == source.id for r in a.relays)),
        )
        for source in report.sources
    ]
    return tuple(sorted(speakers, key=lambda one: -(len(one.says) + len(one.relays))))

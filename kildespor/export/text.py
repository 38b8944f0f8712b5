"""A report for the terminal: the numbers, each attribution with its chain, the sources, the dates."""

import io
from collections import Counter
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kildespor.export.chain import (
    ARROW,
    DOUBTFUL,
    Basis,
    article_line,
    basis_of,
    chain_of,
    counts_words,
    details_of,
    flag_why,
    one_line,
    quoted,
    relay_counts,
    shorten,
    summary_line,
    time_words,
    why_words,
)
from kildespor.messages import Words
from kildespor.model import Attribution, Report, Source

SIGNS: dict[Basis, str] = {"named": "●", "unnamed": "○", "relayed": "»", "unsourced": "?"}
COLOURS: dict[Basis, str] = {"named": "green", "unnamed": "yellow", "relayed": "cyan", "unsourced": "red"}

CONTENT_LIMIT = 230
"""Characters of a content that are shown: three lines at 80 columns."""


def text(report: Report, *, words: Words, width: int = 80, colour: bool = False, why: bool = False) -> str:
    """Return a report as text of at most ``width`` columns, with ANSI colours when ``colour`` is set.

    ``why`` adds to each attribution what decided. The signs before the chains say the same as the colours.
    """
    page = io.StringIO()
    console = Console(
        file=page,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(Group(*_parts(report, words, why)))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _parts(report: Report, words: Words, why: bool) -> Iterator[RenderableType]:
    if report.article.title:
        yield Text(one_line(report.article.title), "bold")
    if known := article_line(report, words):
        yield Text(known)
    yield Text(summary_line(report, words), "bold")
    if report.attributions:
        yield _signs(report, words)
    for number, attribution in enumerate(report.attributions, start=1):
        yield Text()
        yield _attribution(number, attribution, report, words, why)
    if report.sources:
        yield Text("\n" + words("sources.heading"), "bold")
        relays = relay_counts(report)
        yield Group(*(_source(source, relays, words) for source in report.sources))
    if report.dates:
        yield Text("\n" + words("dates.heading"), "bold")
        yield _dates(report, words)


def _signs(report: Report, words: Words) -> Text:
    bases = [basis_of(attribution) for attribution in report.attributions]
    used = [basis for basis in SIGNS if basis in bases]
    return Text("   ").join(Text(f"{SIGNS[s]} {words(f'basis.{s}')}", COLOURS[s]) for s in used)


def _attribution(number: int, attribution: Attribution, report: Report, words: Words, why: bool) -> Table:
    basis = basis_of(attribution)
    links = chain_of(attribution, report, words)
    chain = Text(ARROW).join(Text(link.name, COLOURS[basis] if link is links[0] else "") for link in links)
    chain.stylize("bold")
    content = shorten(quoted(report.article.text, attribution.content), CONTENT_LIMIT)
    details = " · ".join(details_of(attribution, report.article.text, words))
    faint = "italic" if attribution.confidence < DOUBTFUL else "dim"
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", width=len(str(len(report.attributions))))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text(str(number), "dim"), Text(SIGNS[basis], COLOURS[basis]), chain)
    grid.add_row("", "", Text(content or words("detail.no_content")))
    grid.add_row("", "", Text.assemble((details, faint)))
    if why:
        grid.add_row("", "", Text.assemble((why_words(attribution, words), faint)))
    return grid


def _source(source: Source, relays: Counter[str | None], words: Words) -> RenderableType:
    parts = (one_line(source.name), words(f"type.{source.type}"), counts_words(source, relays, words))
    line = Text(" · ".join(filter(None, parts)))
    if source.through:
        line.append(" · " + words("sources.through", names=", ".join(map(one_line, source.through))))
    if source.described_as:
        line.append(" · " + words("sources.described_as", words=", ".join(map(one_line, source.described_as))), "dim")
    for flag in source.flags:
        line.append(f"\n! {words(f'flag.{flag.flag}')}: {one_line(flag_why(flag, words))}", "red")
    return Padding(line, (0, 0, 0, 2))


def _dates(report: Report, words: Words) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for date in report.dates:
        grid.add_row(Text(quoted(report.article.text, (date.span,))), Text(time_words(date.edtf, words)))
    return Padding(grid, (0, 0, 0, 2))

"""What an archive answers, as text for the terminal and as tables."""

import textwrap
from collections.abc import Iterable, Sequence

import msgspec

from kildespor.archive.figures import Count, OutletFigures, SourceFigures
from kildespor.archive.find import Finding, Page
from kildespor.archive.store import Added, Version
from kildespor.export.chain import ARROW, confidence_words, one_line, shorten
from kildespor.export.csv import table
from kildespor.messages import Words

LONGEST = 230
"""Characters of a content that are shown in text: three lines at 80 columns."""

ADDED_COLUMNS = ("article", "version", "outcome", "came_from")
FIGURE_COLUMNS = ("figure", "name", "n")
FINDING_COLUMNS = (
    "article",
    "id",
    "outlet",
    "published",
    "title",
    "url",
    "file",
    "language",
    "source",
    "source_kind",
    "kind",
    "act",
    "polarity",
    "hearsay",
    "relays",
    "content",
    "when",
    "confidence",
    "correction",
)


def added_line(added: Added, words: Words) -> str:
    """One line for an article that is in the archive."""
    outcome = words(f"archive.{added.outcome}", n=added.version)
    return f"{added.article}  {outcome}  {one_line(added.came_from)}\n"


def added_row(added: Added) -> str:
    """The same as a line of CSV."""
    return table([[added.article, added.version, added.outcome, added.came_from]])


def versions_text(versions: Iterable[Version], words: Words) -> str:
    """The versions of an article, a line each."""
    lines = (
        (
            version.article,
            words("archive.version_current" if version.current else "archive.version", n=version.number),
            version.added.strftime("%Y-%m-%d %H:%M UTC"),
            version.report.model,
            one_line(version.came_from),
        )
        for version in versions
    )
    return "".join("  ".join(line) + "\n" for line in lines)


def versions_rows(versions: Iterable[Version]) -> list[dict[str, str | int]]:
    """The same as rows whose columns have names."""
    return [
        {
            "article": version.article,
            "version": version.number,
            "current": "yes" if version.current else "no",
            "added": version.added.isoformat(timespec="seconds"),
            "model": version.report.model,
            "attributions": len(version.report.attributions),
            "corrections": len(version.corrections),
            "came_from": version.came_from,
        }
        for version in versions
    ]


def page_text(page: Page, words: Words, width: int) -> str:
    """A page of findings, one after the other."""
    if not page.findings:
        return words("archive.nothing_found") + "\n"
    parts = [_finding_text(finding, words, width) for finding in page.findings]
    if page.more:
        parts.append(words("archive.more", offset=page.offset + len(page.findings)) + "\n")
    return "\n".join(parts)


def _finding_text(finding: Finding, words: Words, width: int) -> str:
    a = finding.attribution
    source = finding.source or words("chain.unstated")
    chain = ARROW.join(one_line(name) for name in (source, *finding.relays, finding.outlet or words("chain.here")))
    about = [words(f"kind.{a.kind}"), words(f"act.{a.act}")]
    if a.polarity != "asserts":
        about.append(words(f"polarity.{a.polarity}"))
    if a.hearsay:
        about.append(words("archive.hearsay"))
    about.append(
        words(f"archive.{finding.correction}") if finding.correction else confidence_words(a.confidence, words)
    )
    where = [finding.published, finding.title, finding.url or finding.file]
    lines = (
        shorten(one_line(finding.content), LONGEST) or words("detail.no_content"),
        " · ".join(about),
        " · ".join(one_line(part) for part in where if part),
        f"{finding.article} {a.id}",
    )
    wrapped = (textwrap.fill(line, width, initial_indent="  ", subsequent_indent="  ") for line in lines if line)
    return textwrap.fill(chain, width, subsequent_indent="    ") + "\n" + "\n".join(wrapped) + "\n"


def source_text(figures: SourceFigures, words: Words, width: int) -> str:
    """A source's figures, then a page of what it is reported to have said."""
    if not figures.attributions and not figures.relaying:
        return words("archive.nothing_found") + "\n"
    counted = words("archive.in_articles", n=figures.articles)
    head = [words("summary.attributions", n=figures.attributions) + " " + counted]
    if figures.relaying:
        head.append(words("sources.relay", n=figures.relaying))
    rankings = (
        ("names", figures.names),
        ("kinds", _named(figures.kinds, "kind", words)),
        ("outlets", figures.outlets),
        ("relays", figures.relays),
    )
    return " · ".join(head) + "\n" + _rankings(rankings, words, width) + "\n" + page_text(figures.page, words, width)


def outlet_text(figures: OutletFigures, words: Words, width: int) -> str:
    """What an outlet rests on, in figures and shares."""
    if not figures.articles:
        return words("archive.nothing_found") + "\n"
    head = (
        one_line(figures.outlet),
        words("archive.articles", n=figures.articles),
        words("summary.attributions", n=figures.attributions),
        words("article.own_voice", n=figures.own_voice),
        words("archive.hearsay_n", n=figures.hearsay),
    )
    bars = [
        f"  {words(f'rests_on.{basis}'):24} {n:8}  {share(n, figures.attributions):>5}"
        for basis, n in figures.rests_on.items()
    ]
    rankings = (
        ("source_kinds", _named(figures.source_kinds, "basis", words)),
        ("sources", figures.sources),
        ("relays", figures.relays),
        ("credited", figures.credited),
    )
    return "\n".join([" · ".join(head), words("archive.rests_on"), *bars, _rankings(rankings, words, width)])


def share(n: int, of: int) -> str:
    """A share as a whole percentage."""
    return f"{round(100 * n / of)} %" if of else "0 %"


def _named(counts: Iterable[Count], section: str, words: Words) -> tuple[Count, ...]:
    # An unstated source is called unsourced wherever what attributions rest on is shown.
    return tuple(
        Count(words(f"{section}.{'unsourced' if count.name == 'unstated' else count.name}"), count.n)
        for count in counts
    )


def _rankings(rankings: Iterable[tuple[str, Sequence[Count]]], words: Words, width: int) -> str:
    lines = (
        f"{words(f'archive.{name}')}: " + ", ".join(f"{one_line(count.name)} ({count.n})" for count in counts)
        for name, counts in rankings
        if counts
    )
    return "".join(textwrap.fill(line, width, subsequent_indent="  ") + "\n" for line in lines)


def findings_table(findings: Iterable[Finding]) -> str:
    """Findings as CSV, a line of column names first."""
    return table([FINDING_COLUMNS, *(_finding_row(finding) for finding in findings)])


def _finding_row(finding: Finding) -> list[object]:
    known = msgspec.structs.asdict(finding.attribution) | msgspec.structs.asdict(finding)
    known["relays"] = " > ".join(finding.relays)
    known["hearsay"] = "yes" if finding.attribution.hearsay else "no"
    known["confidence"] = f"{finding.attribution.confidence:g}"
    return [known[column] for column in FINDING_COLUMNS]


def figures_table(figures: OutletFigures) -> str:
    """An outlet's figures as CSV, one a line: which ranking, whom or what, how many."""
    rows: list[Sequence[object]] = [FIGURE_COLUMNS]
    for name, value in msgspec.structs.asdict(figures).items():
        if isinstance(value, int):
            rows.append((name, "", value))
        elif isinstance(value, dict):
            rows += [(name, key, n) for key, n in value.items()]
        elif isinstance(value, tuple):
            rows += [(name, count.name, count.n) for count in value]
    return table(rows)

"""A report as a table: one row an attribution, the columns of ``docs/output.md``."""

import csv
import io
from collections.abc import Iterable

import msgspec

from kildespor.export.chain import words_of
from kildespor.model import Attribution, Report, Spans

COLUMNS = (
    "file",
    "article_id",
    "title",
    "outlet",
    "url",
    "published",
    "language",
    "credit",
    "id",
    "source",
    "source_text",
    "source_kind",
    "kind",
    "act",
    "polarity",
    "cue",
    "relays",
    "hearsay",
    "addressee",
    "content",
    "content_spans",
    "cue_spans",
    "source_spans",
    "when",
    "confidence",
    "anchor",
    "decided_by",
    "score",
)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection), full-width forms included."""


def header() -> str:
    """Return the line of column names."""
    return table([COLUMNS])


def rows(report: Report) -> str:
    """Return one line an attribution, in the report's order; empty when the report has none."""
    return table(_row(report, attribution) for attribution in report.attributions)


def table(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV by RFC 4180, None as nothing, with an apostrophe before what a spreadsheet would run as a
    formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        cells = ("" if cell is None else str(cell) for cell in row)
        writer.writerow("'" + cell if cell.startswith(FORMULA_STARTS) else cell for cell in cells)
    return text.getvalue()


def _row(report: Report, attribution: Attribution) -> list[str | None]:
    article, text = report.article, report.article.text
    cells = {
        "file": article.file,
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "published": article.published,
        "language": article.language,
        "credit": "; ".join(article.credit),
        "id": attribution.id,
        "source": attribution.entity,
        "source_text": words_of(text, attribution.source),
        "source_kind": attribution.source_kind,
        "kind": attribution.kind,
        "act": attribution.act,
        "polarity": attribution.polarity,
        "cue": words_of(text, attribution.cue),
        "relays": " > ".join(relay.entity or words_of(text, relay.source) for relay in attribution.relays),
        "hearsay": words_of(text, attribution.hearsay),
        "addressee": words_of(text, attribution.addressee),
        "content": words_of(text, attribution.content),
        "content_spans": _offsets(attribution.content),
        "cue_spans": _offsets(attribution.cue),
        "source_spans": _offsets(attribution.source),
        "when": attribution.when,
        "confidence": f"{attribution.confidence:g}",
        "anchor": attribution.why.anchor,
        "decided_by": attribution.why.by,
        "score": f"{attribution.why.score:g}",
    }
    return [cells[column] for column in COLUMNS]


def _offsets(spans: Spans) -> str:
    return msgspec.json.encode(spans).decode()

"""A report as a table: one row an attribution, the columns of ``docs/output.md``."""

import csv
import io
from collections.abc import Mapping

import msgspec

from kildespor.export.chain import GAP
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
    return _lines([dict(zip(COLUMNS, COLUMNS, strict=True))])


def rows(report: Report) -> str:
    """Return one line an attribution, in the report's order, by RFC 4180; empty when the report has none."""
    return _lines([_row(report, attribution) for attribution in report.attributions])


def _lines(records: list[dict[str, str]]) -> str:
    table = io.StringIO()
    csv.DictWriter(table, COLUMNS).writerows(records)
    return table.getvalue()


def _row(report: Report, attribution: Attribution) -> dict[str, str]:
    article, text = report.article, report.article.text
    cells: Mapping[str, str | None] = {
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
        "source_text": _words(text, attribution.source),
        "source_kind": attribution.source_kind,
        "kind": attribution.kind,
        "act": attribution.act,
        "polarity": attribution.polarity,
        "cue": _words(text, attribution.cue),
        "relays": " > ".join(relay.entity or _words(text, relay.source) for relay in attribution.relays),
        "hearsay": _words(text, attribution.hearsay),
        "addressee": _words(text, attribution.addressee),
        "content": _words(text, attribution.content),
        "content_spans": _offsets(attribution.content),
        "cue_spans": _offsets(attribution.cue),
        "source_spans": _offsets(attribution.source),
        "when": attribution.when,
        "confidence": f"{attribution.confidence:g}",
        "anchor": attribution.why.anchor,
        "decided_by": attribution.why.by,
        "score": f"{attribution.why.score:g}",
    }
    return {column: _guarded(cell or "") for column, cell in cells.items()}


def _words(text: str, spans: Spans) -> str:
    return GAP.join(text[start:end] for start, end in spans)


def _offsets(spans: Spans) -> str:
    return msgspec.json.encode(spans).decode()


def _guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell

"""Reports as tables for statistics: articles, attributions, relays, sources and dates, in Arrow and Parquet.

The tables join by ``article_id`` and, within an article, by ``attribution_id`` and ``source_id``. What the columns
hold is in docs/standards.md. Spans are lists of ``start`` and ``end``, offsets as everywhere else; times are EDTF.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from kildespor.errors import UsageError

if find_spec("pyarrow") is None:
    raise UsageError("Tables need a package that is not installed: pip install 'kildespor[tables]'.")

import pyarrow as pa
import pyarrow.parquet as pq

from kildespor.export.chain import words_of
from kildespor.model import Article, Attribution, Relay, Report, Source, Spans

_TEXT: pa.DataType = pa.string()
_TEXTS: pa.DataType = pa.list_(_TEXT)
_WHOLE: pa.DataType = pa.int32()
_REAL: pa.DataType = pa.float64()
_SPANS: pa.DataType = pa.list_(pa.struct([("start", _WHOLE), ("end", _WHOLE)]))

SCHEMAS: dict[str, pa.Schema] = {
    "articles": pa.schema(
        {
            "article_id": _TEXT,
            "file": _TEXT,
            "title": _TEXT,
            "outlet": _TEXT,
            "url": _TEXT,
            "byline": _TEXT,
            "published": _TEXT,
            "language": _TEXT,
            "credit": _TEXTS,
            "text": _TEXT,
            "model": _TEXT,
        }
    ),
    "attributions": pa.schema(
        {
            "article_id": _TEXT,
            "attribution_id": _TEXT,
            "source": _TEXT,
            "source_id": _TEXT,
            "source_text": _TEXT,
            "source_kind": _TEXT,
            "kind": _TEXT,
            "act": _TEXT,
            "polarity": _TEXT,
            "cue": _TEXT,
            "hearsay": _TEXT,
            "addressee": _TEXT,
            "content": _TEXT,
            "refers_to": _TEXT,
            "content_spans": _SPANS,
            "cue_spans": _SPANS,
            "source_spans": _SPANS,
            "hearsay_spans": _SPANS,
            "addressee_spans": _SPANS,
            "refers_to_spans": _SPANS,
            "when": _TEXT,
            "confidence": _REAL,
            "anchor": _TEXT,
            "decided_by": _TEXT,
            "score": _REAL,
        }
    ),
    "relays": pa.schema(
        {
            "article_id": _TEXT,
            "attribution_id": _TEXT,
            "position": _WHOLE,
            "relay": _TEXT,
            "source_id": _TEXT,
            "relay_text": _TEXT,
            "cue": _TEXT,
            "relay_spans": _SPANS,
            "cue_spans": _SPANS,
        }
    ),
    "sources": pa.schema(
        {
            "article_id": _TEXT,
            "source_id": _TEXT,
            "name": _TEXT,
            "type": _TEXT,
            "register": _TEXT,
            "wikidata": _TEXT,
            "described_as": _TEXTS,
            "flags": pa.list_(pa.struct([("flag", _TEXT), ("why", _TEXT)])),
            "direct": _WHOLE,
            "indirect": _WHOLE,
            "mentions": _SPANS,
        }
    ),
    "dates": pa.schema(
        {"article_id": _TEXT, "start": _WHOLE, "end": _WHOLE, "text": _TEXT, "edtf": _TEXT},
    ),
}
"""The columns of each table with their types, in order. Columns may be added; none is renamed, none changes type."""

BATCH = 1000
"""Reports that are held at a time while Parquet is written."""

Row = dict[str, Any]


def tables(reports: Iterable[Report]) -> dict[str, pa.Table]:
    """Return the tables of all ``reports``, by the names and with the columns of :data:`SCHEMAS`."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    for report in reports:
        for name, more in _rows(report).items():
            rows[name] += more
    return {name: pa.Table.from_pylist(rows[name], schema) for name, schema in SCHEMAS.items()}


def write_parquet(reports: Iterable[Report], folder: Path) -> tuple[Path, ...]:
    """Write ``articles.parquet`` and so on into ``folder``, which is made where it is missing; return their paths.

    ``reports`` are taken :data:`BATCH` at a time, so memory does not grow with their number. Files of the same name
    are replaced once all is written; when something goes wrong before, they stay as they were.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / f".{name}.parquet.part" for name in SCHEMAS}
    coming = iter(reports)
    try:
        with ExitStack() as open_files:
            writers = {
                name: open_files.enter_context(pq.ParquetWriter(parts[name], schema, compression="zstd"))
                for name, schema in SCHEMAS.items()
            }
            while batch := list(islice(coming, BATCH)):
                for name, table in tables(batch).items():
                    writers[name].write_table(table)
        return tuple(part.replace(folder / f"{name}.parquet") for name, part in parts.items())
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _rows(report: Report) -> dict[str, list[Row]]:
    article = report.article
    return {
        "articles": [_article(report)],
        "attributions": [_attribution(attribution, article) for attribution in report.attributions],
        "relays": [
            _relay(relay, position, attribution, article)
            for attribution in report.attributions
            for position, relay in enumerate(attribution.relays, start=1)
        ],
        "sources": [_source(source, article) for source in report.sources],
        "dates": [
            {
                "article_id": article.id,
                "start": date.span[0],
                "end": date.span[1],
                "text": article.text[slice(*date.span)],
                "edtf": date.edtf,
            }
            for date in report.dates
        ],
    }


def _article(report: Report) -> Row:
    article = report.article
    return {
        "article_id": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "byline": article.byline,
        "published": article.published,
        "language": article.language,
        "credit": article.credit,
        "text": article.text,
        "model": report.model,
    }


def _attribution(attribution: Attribution, article: Article) -> Row:
    return {
        "article_id": article.id,
        "attribution_id": attribution.id,
        "source": attribution.entity,
        "source_id": attribution.source_id,
        "source_text": words_of(article.text, attribution.source),
        "source_kind": attribution.source_kind,
        "kind": attribution.kind,
        "act": attribution.act,
        "polarity": attribution.polarity,
        "cue": words_of(article.text, attribution.cue),
        "hearsay": words_of(article.text, attribution.hearsay),
        "addressee": words_of(article.text, attribution.addressee),
        "content": words_of(article.text, attribution.content),
        "refers_to": words_of(article.text, attribution.refers_to),
        "content_spans": _spans(attribution.content),
        "cue_spans": _spans(attribution.cue),
        "source_spans": _spans(attribution.source),
        "hearsay_spans": _spans(attribution.hearsay),
        "addressee_spans": _spans(attribution.addressee),
        "refers_to_spans": _spans(attribution.refers_to),
        "when": attribution.when,
        "confidence": attribution.confidence,
        "anchor": attribution.why.anchor,
        "decided_by": attribution.why.by,
        "score": attribution.why.score,
    }


def _relay(relay: Relay, position: int, attribution: Attribution, article: Article) -> Row:
    return {
        "article_id": article.id,
        "attribution_id": attribution.id,
        "position": position,
        "relay": relay.entity,
        "source_id": relay.source_id,
        "relay_text": words_of(article.text, relay.source),
        "cue": words_of(article.text, relay.cue),
        "relay_spans": _spans(relay.source),
        "cue_spans": _spans(relay.cue),
    }


def _source(source: Source, article: Article) -> Row:
    return {
        "article_id": article.id,
        "source_id": source.id,
        "name": source.name,
        "type": source.type,
        "register": source.register,
        "wikidata": source.wikidata,
        "described_as": source.described_as,
        "flags": [{"flag": flag.flag, "why": flag.why} for flag in source.flags],
        "direct": source.direct,
        "indirect": source.indirect,
        "mentions": _spans(source.mentions),
    }


def _spans(spans: Spans) -> list[Row]:
    return [{"start": start, "end": end} for start, end in spans]

"""Reports that come one after the other, written in one form as they come."""

import json
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Literal

from kildespor.messages import Words
from kildespor.model import Report

Form = Literal["text", "json", "jsonl", "html", "csv"]
Linked = Literal["prov", "schema-org", "web-annotation", "ninjs"]
Exported = Literal["jsonl", "csv"] | Linked


def written(
    reports: Iterable[Report],
    form: Form,
    *,
    many: bool,
    words: Words,
    width: int = 80,
    colour: bool = False,
    why: bool = False,
) -> Iterator[str]:
    """Yield each report in ``form`` as soon as it is there; the pieces put together are the whole output.

    With ``many`` JSON is an array and text has each article's name above it. ``width`` (columns) and ``colour`` are
    for text, ``why`` for text and html. In html each piece is a page.
    """
    # Each form brings a library of its own; only the one asked for is loaded.
    match form:
        case "text":
            yield from _text(reports, many=many, words=words, width=width, colour=colour, why=why)
        case "json":
            yield from _json(reports, many=many)
        case "jsonl":
            from kildespor.export.json import line

            for report in reports:
                yield line(report) + "\n"
        case "csv":
            from kildespor.export.csv import header, rows

            for number, report in enumerate(reports):
                yield rows(report) if number else header() + rows(report)
        case "html":
            from kildespor.export.html import html

            for report in reports:
                yield html(report, words=words, why=why)


def linked(report: Report, form: Linked) -> dict[str, Any]:
    """Return a report as JSON in a form that others read; see docs/standards.md."""
    name = form.replace("-", "_")
    make: Callable[[Report], dict[str, Any]] = getattr(import_module(f"kildespor.export.{name}"), name)
    return make(report)


def exported(reports: Iterable[Report], form: Exported, words: Words) -> Iterator[str]:
    """Yield many reports in their form, as they come: one line a report, in csv one an attribution."""
    if form == "jsonl" or form == "csv":
        yield from written(reports, form, many=True, words=words)
        return
    for report in reports:
        yield json.dumps(linked(report, form), ensure_ascii=False) + "\n"


def _text(reports: Iterable[Report], *, many: bool, words: Words, width: int, colour: bool, why: bool) -> Iterator[str]:
    from kildespor.export.chain import one_line
    from kildespor.export.text import text

    for number, report in enumerate(reports):
        name = one_line(report.article.file or report.article.url or report.article.id)
        heading = f"── {name} ".ljust(width, "─") + "\n" if many else ""
        yield ("\n" if number else "") + heading + text(report, words=words, width=width, colour=colour, why=why)


def _json(reports: Iterable[Report], *, many: bool) -> Iterator[str]:
    from kildespor.export.json import indented

    if not many:
        yield from (indented(report) + "\n" for report in reports)
        return
    before = "[\n"
    for report in reports:
        yield before + indented(report)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"

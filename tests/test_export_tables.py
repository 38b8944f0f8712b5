"""JSON that is the report and nothing else, CSV that a spreadsheet opens and does not run, a report's surer part."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import HOSTILE, annotated, reports

from kildespor.export.confidence import at_least
from kildespor.export.csv import COLUMNS, FORMULA_STARTS, header, rows
from kildespor.export.json import indented, line
from kildespor.export.segments import lines_of, marks_of
from kildespor.export.stream import Form, written
from kildespor.messages import LANGS, Words, messages
from kildespor.model import Report

OUTPUT_PAGE = Path(__file__).parent.parent / "docs" / "output.md"


def cells(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(header() + rows(report), newline="")))


@given(reports())
@settings(max_examples=100, deadline=None)
def test_json_decodes_to_an_equal_report(report: Report) -> None:
    assert msgspec.json.decode(line(report), type=Report) == report
    assert msgspec.json.decode(indented(report), type=Report) == report
    assert "\n" not in line(report)


def test_json_has_the_fields_of_the_form_in_order() -> None:
    report = json.loads(line(annotated("nob__syn-a01")))
    assert list(report) == ["schema", "model", "article", "attributions", "statements", "sources", "dates"]
    assert report["schema"] == 1
    first = report["attributions"][9]
    assert [relay["entity"] for relay in first["relays"]] == ["TASS", "AFP"]
    start, end = first["source"][0]
    assert report["article"]["text"][start:end] == "Valgkommisjonens leder Petr Halvik"


def test_every_field_and_column_is_documented() -> None:
    documented = OUTPUT_PAGE.read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"| `{column}` |" in documented, column

    def fields(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for inner in value.values() for name in fields(inner)}
        return {name for inner in value for name in fields(inner)} if isinstance(value, list) else set()

    for name in fields(msgspec.json.schema(Report)["$defs"]) & set(Report.__struct_fields__):
        assert f"`{name}`" in documented, name
    for definition in msgspec.json.schema(Report)["$defs"].values():
        for name in definition["properties"]:
            assert f"`{name}`" in documented, name


def test_a_row_holds_the_attribution() -> None:
    row = cells(annotated("nob__syn-a01"))[9]
    assert (row["id"], row["source"], row["relays"]) == ("a10", "Petr Halvik", "TASS > AFP")
    assert (row["cue"], row["addressee"], row["content"]) == ("benekter", "Velpress", "dette")
    assert json.loads(row["content_spans"]) == [[878, 883]]
    assert (row["file"], row["published"], row["confidence"]) == ("nob__syn-a01.txt", "2023-03-14", "0.9")


@given(reports())
@settings(max_examples=100, deadline=None)
def test_any_report_makes_one_readable_row_an_attribution(report: Report) -> None:
    found = cells(report)
    assert len(found) == len(report.attributions)
    for row, attribution in zip(found, report.attributions, strict=True):
        assert not any(cell.startswith(FORMULA_STARTS) for cell in row.values())
        assert json.loads(row["content_spans"]) == [list(span) for span in attribution.content]
        assert row["source"].removeprefix("'") == (attribution.entity or "").removeprefix("'")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1+1"])
def test_a_formula_becomes_text(formula: str) -> None:
    report = annotated("nob__syn-a01")
    changed = msgspec.structs.replace(report.attributions[0], entity=formula)
    row = cells(msgspec.structs.replace(report, attributions=(changed,)))[0]
    assert row["source"] == "'" + formula


@given(reports(), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_the_surer_part_keeps_exactly_the_surer_attributions(report: Report, least: float) -> None:
    surer = at_least(report, least)
    assert surer.attributions == tuple(a for a in report.attributions if a.confidence >= least)
    assert surer.article == report.article
    assert {s.id for s in surer.sources} <= {s.id for s in report.sources}
    assert at_least(report, 0) is report


def test_sources_that_no_longer_speak_are_left_out_and_the_rest_counted_anew() -> None:
    report = annotated("nob__syn-a01")
    unsure = {"a2", "a7", "a10"}
    report = msgspec.structs.replace(
        report,
        attributions=tuple(
            msgspec.structs.replace(a, confidence=0.3) if a.id in unsure else a for a in report.attributions
        ),
    )
    sources = {source.name: source for source in at_least(report, 0.5).sources}
    assert (sources["Milena Dorosz"].direct, sources["Milena Dorosz"].indirect) == (1, 1)
    assert "Petr Halvik" not in sources
    assert "TASS" not in sources
    assert "BBC" in sources, "still a relay"


@given(reports(), st.lists(st.integers(0, 60), max_size=5))
@settings(max_examples=100, deadline=None)
def test_segments_put_together_are_the_text_and_carry_the_marks_over_them(report: Report, borders: list[int]) -> None:
    text = report.article.text
    lines = lines_of(text, marks_of(report), borders)
    assert "".join("".join(s.text for s in one.segments) + one.line_end for one in lines) == text
    segments = [segment for one in lines for segment in one.segments]
    assert all(before.end <= after.start for before, after in pairwise(segments))
    marks = {mark for mark in marks_of(report) if mark.span[0] < mark.span[1]}
    for segment in segments:
        assert set(segment.marks) == {m for m in marks if m.span[0] <= segment.start and segment.end <= m.span[1]}
        assert not any(segment.start < edge < segment.end for m in marks for edge in m.span)


def pieces(form: Form, *, many: bool) -> list[str]:
    found = [annotated("nob__syn-a01"), annotated("swe__syn-c01")]
    chosen = found if many else found[:1]
    return list(written(iter(chosen), form, many=many, words=Words("nb"), width=80, colour=False, why=False))


def test_many_reports_are_an_array_in_json_and_a_line_each_in_jsonl() -> None:
    assert [report["article"]["id"] for report in json.loads("".join(pieces("json", many=True)))] == [
        "nob__syn-a01",
        "swe__syn-c01",
    ]
    assert json.loads("".join(pieces("json", many=False)))["article"]["id"] == "nob__syn-a01"
    assert [json.loads(one)["article"]["language"] for one in pieces("jsonl", many=True)] == ["nob", "swe"]
    nothing = written(iter(()), "json", many=True, words=Words("nb"), width=80, colour=False, why=False)
    assert json.loads("".join(nothing)) == []


def test_many_reports_share_one_table_and_have_their_names_in_text() -> None:
    table = list(csv.DictReader(io.StringIO("".join(pieces("csv", many=True)), newline="")))
    assert [row["file"] for row in table] == ["nob__syn-a01.txt"] * 17 + ["swe__syn-c01.txt"] * 16
    shown = "".join(pieces("text", many=True))
    assert "── nob__syn-a01.txt ──" in shown
    assert "── swe__syn-c01.txt ──" in shown


def test_reports_are_written_as_they_come() -> None:
    def reports_that_stop() -> object:
        yield annotated("nob__syn-a01")
        raise AssertionError("asked for more than was wanted")

    for form in ("text", "json", "jsonl", "csv", "html"):
        stream = written(reports_that_stop(), form, many=True, words=Words("nb"), width=80, colour=False, why=False)
        assert "Dorosz" in next(stream)


def test_every_message_stands_in_both_languages_with_the_same_fields() -> None:
    import re

    for key, both in messages().items():
        assert set(both) == set(LANGS), key
        wanted = {lang: set(re.findall(r"\{(\w+)\}", "".join(text))) for lang, text in both.items()}
        # What went wrong is found by its English form; the other language need not say all that it names.
        assert wanted["nb"] == wanted["en"] or (key.startswith("refused.") and wanted["nb"] < wanted["en"]), key


def test_hostile_words_leave_the_table_whole() -> None:
    report = annotated("nob__syn-a01")
    for hostile in HOSTILE:
        changed = msgspec.structs.replace(report.attributions[0], entity=hostile)
        row = cells(msgspec.structs.replace(report, attributions=(changed,)))[0]
        assert row["source"].removeprefix("'") == hostile.removeprefix("'")
        assert row["id"] == "a1"

"""What a person says of an attribution counts, and goes on counting."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kildespor.archive import Archive, store
from kildespor.archive.corrections import Correction, applied, moved, spans_of
from kildespor.errors import UsageError
from kildespor.evaluation import read_comparisons
from kildespor.export.csv import header, rows
from kildespor.export.html import html
from kildespor.export.ninjs import ninjs
from kildespor.export.prov import prov
from kildespor.export.schema_org import schema_org
from kildespor.export.tables import tables
from kildespor.export.text import text
from kildespor.export.web_annotation import web_annotation
from kildespor.messages import Words
from kildespor.model import Attribution, Relay, Report
from tests.reports import annotated, reports

NAME = "nob__syn-a01"


@pytest.fixture
def article(archive: Archive) -> str:
    return archive.add(annotated(NAME)).article


def attribution(report: Report, name: str) -> Attribution:
    return next(one for one in report.attributions if one.id == name)


def read_by_another(archive: Archive, report: Report) -> None:
    """Put the report in place of the one with the same text, as reading again does."""
    article = next(version for version in archive._versions(store.tables.versions.c.current)).article
    archive._database.work(lambda connection: store.reread(connection, article, report))


def test_what_is_rejected_is_left_out_everywhere(archive: Archive, article: str) -> None:
    before = archive.report(article)
    archive.correct(article, "a2", "reject")
    after = archive.report(article)
    assert [one.id for one in after.attributions] == [one.id for one in before.attributions if one.id != "a2"]
    assert {finding.attribution.id for finding in archive.search(limit=100).findings} == {
        one.id for one in after.attributions
    }
    assert archive.versions(article)[0].as_read == before


def test_what_is_accepted_is_sure(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "accept")
    accepted = attribution(archive.report(article), "a2")
    assert (accepted.confidence, accepted.why.by) == (1.0, "correction")
    assert {finding.correction for finding in archive.search(limit=100).findings} == {None, "accept"}


def test_that_a_person_has_judged_shows_in_every_form(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "amend", entity="Kari Nordmann")
    report, english = archive.report(article), Words("en")
    assert text(report, words=english).count("judged by a person") == 1
    assert "sure" in text(report, words=english)
    assert "· a person ·" in text(report, words=english, why=True)
    assert html(report, words=english).count("judged by a person") == 1
    (row,) = (row for row in csv.DictReader(io.StringIO(header() + rows(report))) if row["decided_by"] == "correction")
    assert (row["id"], row["source"], row["confidence"]) == ("a2", "Kari Nordmann", "1")
    decided = tables([report])["attributions"].column("decided_by").to_pylist()
    assert decided.count("correction") == 1
    passages = [node for node in prov(report)["@graph"] if "decidedBy" in node]
    assert [node["id"][-2:] for node in passages if node["decidedBy"] == "correction"] == ["a2"]
    claims = schema_org(report)["@graph"][1:]
    judged = [claim["@id"][-2:] for claim in claims if "urn:kildespor:vocabulary:correction" in claim["additionalType"]]
    assert judged == ["a2"]
    assessed = {
        body["source"][-2:]
        for item in web_annotation(report)["first"]["items"]
        if any(body["purpose"] == "assessing" and body["value"] == "correction" for body in item["body"])
        for body in item["body"]
        if body["purpose"] == "linking"
    }
    assert assessed == {"a2"}
    assert "Kari Nordmann" in {source["name"] for source in ninjs(report)["infoSources"]}


def test_what_is_amended_is_found_as_amended(archive: Archive, article: str) -> None:
    start = annotated(NAME).article.text.index("VTV")
    archive.correct(article, "a2", "amend", entity="Kari Nordmann", kind="mixed", source=[(start, start + 3)])
    amended = attribution(archive.report(article), "a2")
    assert (amended.entity, amended.kind, amended.source) == ("Kari Nordmann", "mixed", ((start, start + 3),))
    finding = archive.search(source="nordmann").findings[0]
    assert (finding.attribution, finding.correction) == (amended, "amend")


@pytest.mark.parametrize("when", ["2024-10-08", "[2024-10-01, 2024-10-08]", "2024-05/..", "2024-10-08T06:40:00", None])
def test_an_amended_time_is_any_edtf_or_none(archive: Archive, article: str, when: str | None) -> None:
    archive.correct(article, "a2", "amend", when=when)
    assert attribution(archive.report(article), "a2").when == when


def test_an_amended_source_is_the_one_of_that_name(archive: Archive, article: str) -> None:
    other = next(source for source in annotated(NAME).sources if source.direct + source.indirect)
    archive.correct(article, "a2", "amend", entity=other.name)
    report = archive.report(article)
    assert attribution(report, "a2").source_id == other.id
    now = next(source for source in report.sources if source.id == other.id)
    was_its_own = attribution(annotated(NAME), "a2").entity == other.name
    assert now.direct + now.indirect == other.direct + other.indirect + (not was_its_own)


def test_the_last_correction_counts(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "amend", entity="Kari Nordmann")
    archive.correct(article, "a2", "amend", act="promise")
    amended = attribution(archive.report(article), "a2")
    assert (amended.entity, amended.act) == ("Kari Nordmann", "promise")
    archive.correct(article, "a2", "accept")
    assert attribution(archive.report(article), "a2") == amended
    archive.correct(article, "a2", "reject")
    archive.correct(article, "a2", "accept")
    assert attribution(archive.report(article), "a2").entity == attribution(annotated(NAME), "a2").entity


@pytest.mark.parametrize("verdict", ["accept", "reject", "amend"])
def test_a_correction_survives_reading_again(archive: Archive, article: str, verdict: str) -> None:
    archive.correct(article, "a2", verdict, **({"entity": "Kari Nordmann"} if verdict == "amend" else {}))
    before = archive.report(article)
    again = annotated(NAME)
    renamed = tuple(
        replace(one, id=f"x{n}", confidence=0.5, content=tuple((s, e - 1) for s, e in one.content))
        for n, one in enumerate(again.attributions)
    )
    read_by_another(archive, replace(again, model="newer", attributions=renamed))
    after = archive.report(article)
    assert after.model == "newer"
    assert len(after.attributions) == len(before.attributions)
    corrected = [one for one in after.attributions if one.why.by == "correction"]
    expected = [one for one in before.attributions if one.why.by == "correction"]
    assert [replace(one, id="", source_id=None) for one in corrected] == [
        replace(one, id="", source_id=None) for one in expected
    ]


def test_what_is_accepted_is_there_though_the_model_finds_it_no_more(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "accept")
    archive.correct(article, "a1", "reject")
    read_by_another(archive, replace(annotated(NAME), model="blind", attributions=(), sources=()))
    (kept,) = archive.report(article).attributions
    assert (kept.id, kept.content) == ("c1", attribution(annotated(NAME), "a2").content)
    archive.correct(article, "c1", "reject")
    assert archive.report(article).attributions == ()


def test_a_correction_goes_along_to_a_changed_article(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "amend", entity="Kari Nordmann")
    old = annotated(NAME)
    text = "Rettet klokka ti.\n" + old.article.text
    new = replace(old, article=replace(old.article, text=text), attributions=(), sources=())
    added = archive.add(new)
    assert added.outcome == "changed"
    (kept,) = archive.report(added.article).attributions
    words = [text[start:end] for start, end in spans_of(kept)]
    assert words == [old.article.text[start:end] for start, end in spans_of(attribution(old, "a2"))]


def test_a_correction_stays_behind_where_its_words_are_changed(archive: Archive, article: str) -> None:
    archive.correct(article, "a2", "accept")
    old = annotated(NAME)
    new = replace(old, article=replace(old.article, text="Alt er skrevet om."), attributions=(), sources=())
    assert archive.report(archive.add(new).article).attributions == ()
    assert attribution(archive.report(article), "a2").why.by == "correction"


@pytest.mark.parametrize(
    ("name", "verdict", "changes", "told"),
    [
        ("a99", "accept", {}, "a99"),
        ("a1", "amend", {}, "what changes"),
        ("a1", "reject", {"kind": "direct"}, "change nothing"),
        ("a1", "amend", {"colour": "red"}, "colour"),
        ("a1", "amend", {"confidence": 0.1}, "confidence"),
        ("a1", "amend", {"kind": "spoken"}, "spoken"),
        ("a1", "amend", {"content": [(0, 10**6)]}, "outside"),
        ("a1", "amend", {"content": [(5, 5)]}, "empty"),
        ("a1", "amend", {"content": "first line"}, "content"),
        ("a1", "amend", {"entity": "Kari\0Berg"}, "entity"),
        ("a1", "amend", {"entity": "Kari \udcff"}, "entity"),
        ("a1", "amend", {"relays": [{"source": [], "cue": [], "entity": "\0"}]}, "entity"),
        ("a1", "amend", {"when": "i går"}, "“i går” is no time"),
        ("a1", "amend", {"when": "2024-02-30"}, "“2024-02-30” is no time"),
        ("a1", "amend", {"when": ""}, "“” is no time"),
    ],
)
def test_what_cannot_be_corrected_is_said(
    archive: Archive, article: str, name: str, verdict: str, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        archive.correct(article, name, verdict, **changes)
    assert archive.report(article) == annotated(NAME)


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ({"when": "i går"}, "“i går” is no time"),
        ({"content": ((0, 10**6),)}, "outside"),
        ({"entity": "Kari\0Berg"}, "entity"),
        ({"relays": (Relay(source=((3, 2),), cue=(), entity="VG"),)}, "outside"),
    ],
)
def test_what_cannot_be_marked_is_said(archive: Archive, article: str, marked: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        archive.mark(article, replace(annotated(NAME).attributions[0], **marked))
    assert archive.report(article) == annotated(NAME)


def test_what_a_person_marks_is_found(archive: Archive, article: str) -> None:
    text = annotated(NAME).article.text
    content = ((len(text) - 20, len(text) - 1),)
    seen = replace(annotated(NAME).attributions[0], content=content, cue=(), when="[2024-05-03,2024-05-04]")
    archive.mark(article, seen)
    (kept,) = (one for one in archive.report(article).attributions if one.content == content)
    assert (kept.when, kept.why.by) == ("[2024-05-03,2024-05-04]", "correction")


def test_corrections_are_exported_as_gold(archive: Archive, article: str, tmp_path: Path) -> None:
    archive.add(annotated("swe__syn-c01"))
    archive.correct(article, "a1", "reject")
    archive.correct(article, "a2", "amend", entity="Kari Nordmann")
    (path,) = archive.export_corrections(tmp_path / "gold")
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["doc"], written["language"], written["reviewed"]) == (path.stem, "nob", False)
    (comparison,) = read_comparisons(path.parent, path.parent)
    assert comparison.text == annotated(NAME).article.text
    gold = {one.id: one for one in comparison.gold}
    assert "a1" not in gold
    assert gold["a2"].entity == "Kari Nordmann"
    assert gold["a3"].content == attribution(annotated(NAME), "a3").content


def test_an_article_is_reviewed_when_every_attribution_is(archive: Archive, tmp_path: Path) -> None:
    report = annotated(NAME)
    article = archive.add(replace(report, attributions=report.attributions[:2])).article
    archive.correct(article, "a1", "accept")
    archive.correct(article, "a2", "reject")
    (path,) = archive.export_corrections(tmp_path)
    assert json.loads(path.read_text(encoding="utf-8"))["reviewed"] is True


def test_a_folder_that_cannot_be_is_named(archive: Archive, article: str, tmp_path: Path) -> None:
    archive.correct(article, "a1", "accept")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file"):
        archive.export_corrections(tmp_path / "file")


@settings(max_examples=30)
@given(report=reports(), data=st.data())
def test_rejecting_takes_at_most_one_away_and_accepting_none(report: Report, data: st.DataObject) -> None:
    report = replace(report, attributions=tuple(replace(one, id=f"a{n}") for n, one in enumerate(report.attributions)))
    if not report.attributions:
        return
    one = data.draw(st.sampled_from(report.attributions))
    kept = applied(report, [Correction(verdict="accept", original=one)])
    assert len(kept.attributions) == len(report.attributions)
    left = applied(report, [Correction(verdict="reject", original=one)])
    assert len(report.attributions) - 1 == len(left.attributions)


@settings(max_examples=30)
@given(report=reports(), before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_moved_correction_points_at_the_same_words(report: Report, before: str, after: str) -> None:
    old = report.article.text
    new = before + old + after
    for one in report.attributions:
        correction = moved(Correction(verdict="accept", original=one), old, new)
        if correction is None:
            assert not any(end > start for start, end in spans_of(one))
            continue
        words = [new[start:end] for start, end in spans_of(correction.original)]
        assert words == [old[start:end] for start, end in spans_of(one)]

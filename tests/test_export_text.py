"""The terminal form: numbers, chains, contents; within its width, without codes that the article slipped in."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import annotated, reports
from rich.cells import cell_len

from kildespor.export.chain import (
    basis_of,
    chain_of,
    date_words,
    quoted,
    shorten,
    summary_line,
    summary_of,
    time_words,
)
from kildespor.export.text import text
from kildespor.messages import Words
from kildespor.model import Report

NB, EN = Words("nb"), Words("en")


def test_an_article_reads_as_numbers_chains_and_contents() -> None:
    shown = text(annotated("nob__syn-a01"), words=NB)
    assert shown.startswith(
        "Statlig TV: Sittende president får klar seier i Velania\n"
        "NTB · 2023-03-14 · bokmål · kreditert NTB\n"
        "17 kildehenvisninger · 10 kilder · 3 gjennom andre medier · 0 uten kilde\n"
    )
    assert (
        "10 » Petr Halvik → TASS → AFP → NTB\n"
        "     dette\n"
        "     indirekte · sier «benekter» · til Velpress · 90 % sikker\n"
    ) in shown
    assert "14 » ikke oppgitt → en vestlig diplomat → NTB\n" in shown
    assert "  Milena Dorosz · person · 2 direkte, 2 indirekte\n" in shown
    assert "  ! statlig: Eid av staten Velania\n" in shown
    assert "  Petr Halvik · person · 1 indirekte · gjennom TASS, AFP\n" in shown


def test_english_says_the_same() -> None:
    shown = text(annotated("nno__syn-e01", outlet=None), words=EN)
    assert "23 attributions · 13 sources · " in shown
    assert " 6 ? not stated → this article\n" in shown
    assert "hearsay: “skal ha”" in shown


def test_colours_come_only_when_asked_for_and_say_nothing_that_the_signs_do_not() -> None:
    report = annotated("swe__syn-c01")
    plain, coloured = text(report, words=NB), text(report, words=NB, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", coloured).splitlines()] == plain.splitlines()


def test_why_adds_what_decided() -> None:
    report = annotated("swe__syn-c01")
    assert "avgjort av" not in text(report, words=NB)
    assert text(report, words=NB, why=True).count("avgjort av") == len(report.attributions)


@given(reports(), st.integers(40, 100))
@settings(max_examples=80, deadline=None)
def test_any_report_fits_its_width_and_cannot_steer_the_terminal(report: Report, width: int) -> None:
    shown = text(report, words=NB, width=width, why=True)
    assert all(cell_len(line) <= width for line in shown.split("\n"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@given(reports())
@settings(max_examples=80, deadline=None)
def test_the_numbers_add_up(report: Report) -> None:
    summary = summary_of(report)
    bases = [basis_of(a) for a in report.attributions]
    assert summary.attributions == len(report.attributions)
    assert summary.relayed <= bases.count("relayed")
    assert summary.unsourced == bases.count("unsourced")
    assert summary_line(report, NB).startswith(f"{len(bases)} kildehenvisning")
    for attribution in report.attributions:
        links = chain_of(attribution, report, NB)
        assert [link.role for link in links] == ["source", *["relay"] * len(attribution.relays), "outlet"]


def test_one_is_singular() -> None:
    report = annotated("nob__syn-a01")
    one = Report(model="m", article=report.article, attributions=report.attributions[:1])
    assert summary_line(one, NB) == "1 kildehenvisning · 1 kilde · 0 gjennom andre medier · 0 uten kilde"
    assert summary_line(one, EN) == "1 attribution · 1 source · 0 through other media · 0 without a source"


def test_a_person_who_tells_what_another_said_is_no_medium() -> None:
    report = annotated("nob__syn-a01")
    told, retold = report.attributions[12:14]
    assert told.entity == retold.relays[0].entity == "en vestlig diplomat"
    assert basis_of(retold) == "relayed"
    both = Report(model="m", article=report.article, attributions=(told, retold), sources=report.sources)
    assert summary_of(both).relayed == 0


@pytest.mark.parametrize(
    ("edtf", "shown"),
    [
        ("2023-03", "2023-03"),
        ("[2023-03-06, 2023-03-13,2023-03-20]", "2023-03-06, 2023-03-13 eller 2023-03-20"),
        ("{2023-03-06, 2023-03-13}", "2023-03-06 og 2023-03-13"),
        ("[2023]", "2023"),
        ("2023-03-01/2023-03-05", "2023-03-01/2023-03-05"),
    ],
)
def test_a_set_of_times_is_read_out(edtf: str, shown: str) -> None:
    assert time_words(edtf, NB) == shown


@pytest.mark.parametrize(
    ("edtf", "norwegian", "english"),
    [
        ("2024-05-03", "3. mai 2024", "3 May 2024"),
        ("[2024-05-03,2024-05-04]", "3. mai 2024 eller 4. mai 2024", "3 May 2024 or 4 May 2024"),
        (
            "[2024-05-03, 2024-05-10, 2024-05]",
            "3. mai 2024, 10. mai 2024 eller mai 2024",
            "3 May 2024, 10 May 2024 or May 2024",
        ),
        ("{2024-05-03,2024-06}", "3. mai 2024 og juni 2024", "3 May 2024 and June 2024"),
        (
            "[2024-05-03..2024-05-06,2024-06-01]",
            "3. mai 2024 – 6. mai 2024 eller 1. juni 2024",
            "3 May 2024 – 6 May 2024 or 1 June 2024",
        ),
        ("[..2024-05-03]", "… – 3. mai 2024", "… – 3 May 2024"),
        ("2024-05-03/..", "3. mai 2024 – …", "3 May 2024 – …"),
        ("../2024-05-03", "… – 3. mai 2024", "… – 3 May 2024"),
        ("2024-05~/2024-06", "omkring mai 2024 – juni 2024", "about May 2024 – June 2024"),
        ("2024-05-XX", "en dag i mai 2024", "some day in May 2024"),
        ("2024-XX-XX", "en dag i 2024", "some day in 2024"),
        ("2024-21", "våren 2024", "spring 2024"),
        ("2024-33", "første kvartal 2024", "first quarter of 2024"),
        ("199X", "199X", "199X"),
        ("-0044", "-0044", "-0044"),
        ("2024-13", "2024-13", "2024-13"),
    ],
)
def test_a_date_is_told_in_words(edtf: str, norwegian: str, english: str) -> None:
    assert (date_words(edtf, NB), date_words(edtf, EN)) == (norwegian, english)


@given(st.text("0123456789-/.[]{},?~%XTZ:+Y"))
def test_whatever_stands_for_a_date_is_told(edtf: str) -> None:
    date_words(edtf, NB)


def test_words_of_spans_show_what_is_left_out() -> None:
    assert quoted("Vi vil, sa hun, vinne alt", ((0, 6), (16, 21))) == "Vi vil … vinne"
    assert quoted("– Ein\n– To", ((0, 5), (6, 10))) == "– Ein – To"


@given(st.text(alphabet="ab ,–", max_size=60).map(lambda s: " ".join(s.split())), st.integers(5, 40))
def test_shortening_keeps_whole_words_and_the_limit(line: str, limit: int) -> None:
    short = shorten(line, limit)
    assert len(short) <= limit
    assert short == line or short.endswith("…")
    if short != line and " " in line[: limit - 2]:
        kept = short.removesuffix("…").rstrip()
        assert line.startswith(kept)
        assert not kept or not line[len(kept)].isalpha() or not kept[-1].isalpha()


def test_shortening_by_example() -> None:
    assert shorten("Vi har telt opp stemmene selv, og vi leder.", 31) == "Vi har telt opp stemmene …"
    assert shorten("Vi har telt", 11) == "Vi har telt"
    assert shorten("Donaudampfschifffahrt", 10) == "Donaudam …"


def test_the_documentation_shows_what_is_printed() -> None:
    page = (Path(__file__).parent.parent / "docs" / "reading-a-chain.md").read_text(encoding="utf-8")
    elections, slide = annotated("nob__syn-a01", outlet="Utkikk"), annotated("nno__syn-e01", outlet="NRK")
    printed = text(elections, words=EN) + text(slide, words=EN) + text(elections, words=EN, why=True)
    blocks = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert block in printed

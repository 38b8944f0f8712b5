"""The whole way with the shipped model: articles in, reports out."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kildespor
from kildespor import ArticleError, Attribution, Failure, Report, UsageError

WRITTEN = Path(__file__).parent.parent / "evaluation" / "written"

LEAD = "Brannen brøt ut natt til mandag i en lagerbygning på Nordnes i Bergen, og hele bygningen er totalskadd.\n\n"


def read(text: str) -> Report:
    return kildespor.read(text, language="nob")


def told(report: Report, part: str) -> list[Attribution]:
    """The attributions whose content holds ``part``."""
    text = report.article.text
    return [a for a in report.attributions if any(part in text[s:e] for s, e in a.content)]


@pytest.mark.parametrize(
    "quote",
    [
        "– Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.",
        "— Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.",
        "- Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.",
        "«Vi har aldri sett noe liknende», sier brannsjef Kari Lindås.",
        '"Vi har aldri sett noe liknende", sier brannsjef Kari Lindås.',
        "”Vi har aldri sett noe liknende”, sier brannsjef Kari Lindås.",
        "„Vi har aldri sett noe liknende“, sier brannsjef Kari Lindås.",
    ],
)
def test_a_quote_is_found_in_the_style_of_every_house(quote: str) -> None:
    (found,) = told(read(LEAD + quote + "\n"), "aldri sett")
    assert (found.kind, found.entity, found.source_kind, found.act) == ("direct", "Kari Lindås", "named", "say")


def test_an_unclosed_quotation_mark_does_not_lose_what_follows() -> None:
    text = LEAD + (
        "– Det var «fullstendig kaos, sier brannsjef Kari Lindås.\n\n"
        "Politiet opplyser at ingen personer er skadd.\n\n"
        "– Vi begynner oppryddingen i morgen, sier eier Ola Moe.\n"
    )
    report = read(text)
    assert told(report, "ingen personer er skadd")
    assert {a.entity for a in told(report, "oppryddingen")} == {"Ola Moe"}


def test_paraphrase_relay_and_hearsay_are_told_apart() -> None:
    text = LEAD + (
        "Kari Lindås mener at brannen kunne vært unngått, skriver Bergens Tidende.\n\n"
        "Eieren skal ha vært i utlandet da det begynte å brenne.\n"
    )
    report = read(text)
    (opinion,) = told(report, "kunne vært unngått")
    assert opinion.kind == "indirect"
    assert [r.entity for r in opinion.relays] == ["Bergens Tidende"]
    (rumour,) = told(report, "i utlandet")
    assert (rumour.source_kind, rumour.entity) == ("unstated", None)
    assert rumour.hearsay


def test_what_nobody_is_made_to_say_is_the_outlets_own() -> None:
    report = read(LEAD + "– Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.\n")
    assert report.article.text[slice(*report.statements[0].span)].startswith("Brannen brøt ut")


def test_offsets_fit_the_file_as_it_stands(tmp_path: Path) -> None:
    body = LEAD.replace("\n", "\r\n") + "– Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.\r\n"
    path = tmp_path / "artikkel.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ("date 2023-03 " + body).encode())
    report = kildespor.read(path)
    assert (report.article.text, report.article.published) == (body, "2023-03")
    (found,) = told(report, "aldri sett")
    assert body[found.content[0][0] :].startswith("– Vi har aldri sett")


def test_a_report_survives_its_json() -> None:
    report = kildespor.read(WRITTEN / "nob__syn-a03.txt", published="2023-03")
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_many_are_read_in_order_and_one_failure_stops_nobody(tmp_path: Path) -> None:
    empty = tmp_path / "tom.txt"
    empty.write_text("")
    paths = [WRITTEN / "nob__syn-a03.txt", empty, tmp_path / "finnes-ikke.txt", WRITTEN / "swe__syn-c02.txt"]
    results = list(kildespor.read_many(paths))
    assert [type(r) for r in results] == [Report, Failure, Failure, Report]
    assert isinstance(results[1], Failure) and isinstance(results[1].error, ArticleError)
    assert isinstance(results[2], Failure) and isinstance(results[2].error, UsageError)
    assert [r.article.language for r in results if isinstance(r, Report)] == ["nob", "swe"]


def test_many_at_once_read_as_one_at_a_time() -> None:
    paths = sorted(WRITTEN.glob("*.txt"))[:4]
    assert list(kildespor.read_many(paths)) == [kildespor.read(path) for path in paths]


def test_a_language_the_model_does_not_know_is_named() -> None:
    with pytest.raises(ArticleError, match="German"):
        kildespor.read(
            "Der Brand brach in der Nacht zum Montag in einer Lagerhalle aus, sagte die Polizei in Berlin. " * 3
        )


def test_a_long_text_is_read_to_its_end() -> None:
    text = LEAD * 300 + "– Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.\n"
    (found,) = told(read(text), "aldri sett")
    assert found.entity == "Kari Lindås"


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.sampled_from("abæø AB.,:;!?«»„“”\"'–—-\n\r\t()/©1"), min_size=1, max_size=400))
def test_any_text_is_read_without_a_span_outside_it(text: str) -> None:
    try:
        report = read(text)
    except ArticleError:
        return
    n = len(report.article.text)
    spans = [s for a in report.attributions for part in (a.content, a.cue, a.source, a.hearsay) for s in part]
    spans += [s.span for s in report.statements] + [m for s in report.sources for m in s.mentions]
    assert all(0 <= start < end <= n for start, end in spans)

"""The page: the text as it was, every word of it escaped, each attribution reachable and shown by more than colour."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from playwright.sync_api import sync_playwright
from reports import HOSTILE, annotated, reports

from kildespor.export.html import PAGE, html
from kildespor.export.marked import cards_of
from kildespor.messages import Lang, Words
from kildespor.model import Article, Attribution, Flag, Report, Source, Why
from tests.web.browsing import CHROMIUM, FLAGS, in_chromium

VOID = {"meta", "link"}


class Page(HTMLParser):
    """A page as a browser would see it: its elements, and the text of the element #text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.text = ""
        self.script = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag, "elements close in order"

    def handle_data(self, data: str) -> None:
        if ("div", "text") in self.open:
            self.text += data
        elif self.open and self.open[-1][0] == "script":
            self.script += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.elements if name in (attrs.get("class") or "").split()]


def page_of(report: Report, *, why: bool = False) -> Page:
    return Page(html(report, words=Words("nb"), why=why))


PLAIN = {tag for tag, _ in page_of(annotated("nob__syn-a01")).elements} | {"h1"}
ATTRIBUTES = {
    *("aria-hidden", "aria-label", "charset", "class", "content", "data-chain", "data-number", "data-opens"),
    *("data-roles", "href", "http-equiv", "id", "lang", "name", "rel", "style"),
}


@given(reports())
@settings(max_examples=150, deadline=None)
def test_any_report_gives_a_page_with_the_text_as_it_was_and_no_markup_from_outside(report: Report) -> None:
    page = page_of(report, why=True)
    assert page.open == []
    assert page.text == report.article.text
    assert {tag for tag, _ in page.elements} <= PLAIN | {
        "section",
        "i",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "small",
    }
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert page.script == (PAGE / "page.js").read_text(encoding="utf-8"), "the page's own script, and only that"
    for _, attributes in page.elements:
        assert re.match(r"(#|https?://|data:,$)", attributes.get("href") or "#"), attributes
        assert re.fullmatch(r"flex-grow:\d+", attributes.get("style") or "flex-grow:1"), attributes
    numbers = [str(number) for number in range(1, len(report.attributions) + 1)]
    assert sorted(a["data-number"] for a in page.named("number")) == sorted(numbers)
    assert [card["id"] for card in page.named("card")] == [f"c{number}" for number in numbers]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_text_wherever_it_stands(hostile: str) -> None:
    attribution = Attribution(
        id=hostile,
        content=((0, len(hostile)),),
        entity=hostile,
        source_kind="named",
        kind="direct",
        act="say",
        when=hostile,
        confidence=0.9,
        why=Why(anchor="cue", by=hostile, score=0.9),
    )
    article = Article(
        id=hostile, text=hostile, title=hostile, outlet=hostile, url=hostile, byline=hostile, credit=(hostile,)
    )
    page = page_of(Report(model=hostile, article=article, attributions=(attribution,)), why=True)
    assert page.text == hostile
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {name for _, attributes in page.elements for name in attributes} - ATTRIBUTES
    assert all((a.get("href") or "#").startswith(("#", "data:,")) for _, a in page.elements)


@pytest.mark.parametrize("name", ["nob__syn-a01", "swe__syn-c01", "nno__syn-e01"])
def test_an_article_is_set_with_its_headline_and_one_number_an_attribution(name: str) -> None:
    report = annotated(name)
    page = page_of(report)
    assert page.text == report.article.text
    assert [tag for tag, _ in page.elements].count("h1") == 1
    for number in page.named("number"):
        assert number["href"] == f"#c{number['data-number']}"
        assert number["data-chain"] in (number["aria-label"] or "")


def test_what_an_attribution_rests_on_shows_in_class_and_in_words() -> None:
    page = html(annotated("nob__syn-a01"), words=Words("en"))
    card = page.split('id="c10"')[1].split('id="c11"')[0]
    assert "through others" in card
    assert re.findall(r'<li class="(\w+)">([^<]+) <', card) == [
        ("source", "Petr Halvik"),
        ("relay", "TASS"),
        ("relay", "AFP"),
        ("outlet", "NTB"),
    ]


def test_each_source_tells_through_whom_the_article_has_it() -> None:
    page = html(annotated("nob__syn-a01"), words=Words("en"))
    halvik = page.split('<ul class="sources">')[1].split("<b>Petr Halvik</b>")[1].split("</li>")[0]
    assert "through TASS, AFP" in halvik
    dorosz = page.split('<ul class="sources">')[1].split("<b>Milena Dorosz</b>")[1].split("</li>")[0]
    assert "through" not in dorosz


def test_nested_contents_are_cut_so_that_each_piece_knows_all_it_belongs_to() -> None:
    page = html(annotated("nob__syn-a01"), words=Words("nb"))
    inner = re.search(r"<span([^>]*)>å holde ansatte innendørs mandag</span>", page)
    assert inner
    assert "nested" in inner[1]
    assert 'data-opens="14"' in inner[1], "the innermost is the one that is shown"
    assert 'data-roles="14.content 13.content"' in inner[1]


def test_line_ends_and_runs_of_space_stay_as_they_are() -> None:
    article = Article(id="x", text="Ein\r\n\r\n to  tre\rfire\n \n")
    assert page_of(Report(model="m", article=article, attributions=())).text == article.text


def test_the_page_asks_no_other_address_for_anything() -> None:
    page = html(annotated("nob__syn-a01"), words=Words("nb"))
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|@import|url\(", page)


def test_only_a_web_address_becomes_a_link() -> None:
    def links(url: str) -> list[str | None]:
        report = Report(model="m", article=Article(id="x", text="x", url=url), attributions=())
        return [a["href"] for tag, a in page_of(report).elements if tag == "a"]

    assert links("https://example.org/sak?a=1&b=2") == ["https://example.org/sak?a=1&b=2"]
    assert links("javascript:alert(1)") == []
    assert links("http://[") == []


def test_why_is_shown_only_when_asked_for() -> None:
    report = annotated("nob__syn-a01")
    assert "avgjort av signalord" not in html(report, words=Words("nb"))
    assert "avgjort av signalord · modellen · 0,90" in html(report, words=Words("nb"), why=True)
    assert "decided by cue · the model · 0.90" in html(report, words=Words("en"), why=True)


@pytest.mark.parametrize(
    ("edtf", "lang", "told"),
    [
        ("2024-05-03", "nb", "tid: 3. mai 2024"),
        ("2024-05-03", "en", "time: 3 May 2024"),
        ("2024-05?", "nb", "tid: omkring mai 2024"),
        ("2024-05-03T10:21:00", "nb", "tid: 3. mai 2024 kl. 10.21"),
        ("2024-05/2024-06", "nb", "tid: mai 2024 – juni 2024"),
        ("199X", "nb", "tid: 199X"),
    ],
)
def test_a_card_tells_its_time_in_words(edtf: str, lang: Lang, told: str) -> None:
    report = annotated("nob__syn-a01")
    said = replace(report.attributions[0], when=edtf)
    assert told in cards_of(replace(report, attributions=(said,)), Words(lang), why=False)[0].details


def test_why_a_source_is_flagged_is_said_in_the_language_of_the_page() -> None:
    flag = Flag(flag="state", why="Owned by the Russian state.", reason="under_state")
    source = Source(id="s1", name="TASS", type="agency", mentions=(), flags=(flag,))
    report = Report(model="m", article=Article(id="x", text="x"), attributions=(), sources=(source,))
    assert "kontrollert av en stat. Eid av den russiske staten." in html(report, words=Words("nb"))
    assert flag.why in html(report, words=Words("en"))


@in_chromium
def test_pointing_at_a_statement_or_tabbing_to_its_number_shows_its_card(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html(annotated("nob__syn-a01"), words=Words("nb")), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        page = browser.new_page()
        page.goto(file.as_uri())
        shown = page.locator(".card.lit")
        page.locator('[data-opens="10"]').first.hover()
        assert shown.get_attribute("id") == "c10"
        assert "Petr Halvik" in shown.inner_text()
        page.mouse.move(1, 1)
        assert shown.count() == 0
        page.locator("summary").focus()
        page.keyboard.press("Tab")
        assert (shown.get_attribute("id"), shown.is_visible()) == ("c1", True)
        page.keyboard.press("Escape")
        assert shown.count() == 0
        browser.close()

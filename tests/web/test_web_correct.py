"""Correcting an archived article: marks into spans, the forms without a script, and the page in a real Chromium by
pointer and by keyboard."""

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from kildespor.archive import Archive
from kildespor.archive.judge import NoTime
from kildespor.errors import UsageError
from kildespor.web.marking import NotThere, changes_of, fields_of, new_attribution
from tests.reports import annotated
from tests.web.browsing import in_chromium, select
from tests.web.serving import TEXT, Served

pytestmark = in_chromium

NAME = "nob__syn-a01"
XSS = "<img src=x onerror=alert(1)> \"'><script>alert(2)</script>"
NUMBERS = count(1)
SAID = "Han sa ja. Berg sa nei. Han sa ingenting."


def form(**fields: str) -> dict[str, str]:
    return fields_of(None, SAID) | fields


def test_a_form_that_is_sent_as_it_came_changes_nothing() -> None:
    report = annotated(NAME)
    for one in report.attributions:
        changes = changes_of(fields_of(one, report.article.text), report.article.text)
        relays = tuple(replace(relay, source_id=None) for relay in one.relays)
        assert replace(one, relays=relays) == replace(one, **changes)


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=8), st.text(alphabet="0123456789–-, ", max_size=20))
def test_any_words_at_any_place_give_spans_inside_the_text_or_are_refused(text: str, words: str, at: str) -> None:
    try:
        changes = changes_of(fields_of(None, text) | {"content": words, "content_at": at}, text)
    except UsageError:
        return
    assert all(0 <= start < end <= len(text) for start, end in changes["content"])


def test_of_several_places_the_nearest_is_meant() -> None:
    assert changes_of(form(content="nei", source="Han"), SAID)["source"] == ((24, 27),)
    assert changes_of(form(content="nei", source="Han", source_at="0–3"), SAID)["source"] == ((0, 3),)
    assert changes_of(form(content="nei", source="Han", source_at="2–9"), SAID)["source"] == ((0, 3),)
    assert changes_of(form(content="ja … ingenting"), SAID)["content"] == ((7, 9), (31, 40))
    with pytest.raises(NotThere):
        changes_of(form(content="kanskje"), SAID)


@pytest.mark.parametrize(
    "time", ["2024", "2024-10-08T06:40", "[2024-10-01, 2024-10-08]", "2024-05/..", "202X", "2024~"]
)
def test_any_edtf_is_a_time(time: str) -> None:
    assert changes_of(form(content="nei", when=f" {time} "), SAID)["when"] == time
    assert new_attribution(changes_of(form(content="nei", when=time), SAID)).when == time


@pytest.mark.parametrize("time", ["i går", "2024-13", "2024-02-30", "8.10.2024", "<b>"])
def test_what_is_no_time_is_refused(time: str) -> None:
    with pytest.raises(NoTime):
        changes_of(form(content="nei", when=time), SAID)


def test_who_is_not_named_is_called_by_the_words_and_nobody_is_unstated() -> None:
    assert changes_of(form(content="nei", source="Berg"), SAID)["entity"] == "Berg"
    nobody = changes_of(form(content="nei"), SAID)
    assert (nobody["entity"], nobody["source_kind"]) == (None, "unstated")


def test_what_a_person_has_found_is_there_until_it_is_taken_back(tmp_path: object) -> None:
    report = annotated(NAME)
    words = report.article.text[-40:-10]
    with Archive.open(tmp_path / "a.db") as archive:
        article = archive.add(report).article
        before = archive.report(article)
        found = new_attribution(
            changes_of(fields_of(None, report.article.text) | {"content": words}, report.article.text)
        )
        archive.mark(article, found)
        (new,) = [one for one in archive.report(article).attributions if one.content == found.content]
        assert (new.id, new.why.by, new.confidence) == ("c1", "correction", 1.0)
        assert "accept" in [finding.correction for finding in archive.search(limit=200).findings]
        archive.correct(article, "a2", "reject")
        newest = archive.last_correction(article)
        assert newest.verdict == "reject"
        archive.undo(article, newest.number)
        with pytest.raises(UsageError, match="since"):
            archive.undo(article, newest.number)
        archive.undo(article, archive.last_correction(article).number)
        assert archive.report(article) == before
        assert archive.last_correction(article) is None
        assert {finding.correction for finding in archive.search(limit=200).findings} == {None}


@pytest.fixture
def article(open_server: Served) -> str:
    """The page of an article in the archive that no other test corrects."""
    text = TEXT.replace("Ferja ligger", f"Ferje {next(NUMBERS)} ligger")
    added = open_server.ask("POST", "/api/add", json={"source": text, "outlet": XSS})
    return f"{open_server.address}/article/{added.json()['article']}"


def test_the_page_of_an_article_leads_to_its_corrections_and_no_markup_gets_in(
    opened: Callable[..., Page], article: str
) -> None:
    page = opened()
    page.goto(article)
    page.get_by_role("link", name="Rett", exact=True).click()
    page.wait_for_url("**/correct")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ligger ved kai")
    assert page.locator("main img, main script").count() == 0
    expect(page.locator("#c1 .hands")).to_contain_text("<img src=x")


def test_accept_reject_amend_and_undo_without_a_script(opened: Callable[..., Page], article: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{article}/correct")
    entries = page.locator(".list ol > li")
    n = entries.count()
    page.locator("#c1").get_by_role("button", name="Godta").click()
    expect(page.locator("#c1 b")).to_have_text("godkjent")
    page.locator("#c2").get_by_role("button", name="Forkast").click()
    expect(entries).to_have_count(n - 1)
    page.get_by_role("button", name="Hent tilbake").click()
    expect(entries).to_have_count(n)
    page.get_by_role("button", name="Angre").click()
    expect(entries).to_have_count(n - 1)
    page.get_by_role("button", name="Angre").click()
    expect(entries).to_have_count(n)
    page.locator("#c1").get_by_role("link", name="Rett").click()
    expect(page.get_by_label("Det som blir sagt", exact=True)).to_have_value("Ingen kom til skade")
    page.get_by_label("Det som blir sagt", exact=True).fill("kom til skade")
    page.get_by_label("Hvem det er").fill(XSS)
    page.get_by_role("button", name="Lagre rettelsen").click()
    expect(page.locator("#c1 b")).to_have_text("rettet")
    expect(page.locator("#c1 .content")).to_contain_text("1 kom til skade")
    expect(page.locator("#c1 .hands")).to_contain_text("<script>alert(2)")
    page.get_by_role("button", name="Angre").click()
    expect(page.locator("#c1 b")).to_have_text("godkjent")


def test_a_relay_is_added_to_a_chain_and_words_that_are_not_there_are_told(
    opened: Callable[..., Page], article: str
) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{article}/correct?of=a1")
    page.get_by_text("Gjennom noen andre?").click()
    page.get_by_role("group", name="Mellomledd 1").get_by_label("Ordene for mellomleddet", exact=True).fill("Reuters")
    page.get_by_role("button", name="Lagre rettelsen").click()
    expect(page.get_by_role("alert")).to_contain_text("«Reuters» står ikke i teksten")
    words = page.get_by_role("group", name="Mellomledd 1").get_by_label("Ordene for mellomleddet", exact=True)
    expect(words).to_have_value("Reuters")
    words.fill("NRK")
    page.get_by_role("button", name="Lagre rettelsen").click()
    expect(page.locator("#c1 .hands")).to_contain_text("Nordsund Ferjer → NRK → <img")


def test_the_time_of_saying_is_mended_and_taken_back(opened: Callable[..., Page], article: str) -> None:
    page = opened()
    page.goto(f"{article}/correct?of=a1")
    when = page.get_by_label("Når det ble sagt")
    expect(when).to_have_value("")
    when.fill("i går")
    page.get_by_role("button", name="Lagre rettelsen").click()
    expect(page.get_by_role("alert")).to_contain_text("«i går» er ingen tid")
    expect(when).to_have_value("i går")
    expect(when).to_have_attribute("aria-invalid", "true")
    when.fill("2024-10-08")
    when.press("Enter")
    page.wait_for_url("**/correct#c1")
    expect(page.locator("#c1 .details")).to_contain_text("tid: 8. okt. 2024")
    expect(page.locator("#c1 b")).to_have_text("rettet")
    page.get_by_role("link", name="Rett 1").click()
    expect(when).to_have_value("2024-10-08")
    page.get_by_role("button", name="Angre").click()
    expect(page.locator("#c1 .details")).not_to_contain_text("tid:")


def test_words_are_selected_and_said_to_be_somebodys(opened: Callable[..., Page], article: str) -> None:
    page = opened()
    page.goto(f"{article}/correct")
    before = page.locator(".list ol > li").count()
    select(page, "er slept til kai")
    page.get_by_role("toolbar").get_by_role("button", name="det som blir sagt").click()
    expect(page.locator("#content")).to_have_value("er slept til kai")
    select(page, "kaptein Mari Holten")
    page.get_by_role("toolbar").get_by_role("button", name="kilden").click()
    expect(page.locator("#entity")).to_have_value("kaptein Mari Holten")
    start, end = (int(n) for n in page.locator("#source_at").input_value().split("–"))
    assert page.evaluate("document.getElementById('text').textContent")[start:end] == "kaptein Mari Holten"
    page.get_by_role("button", name="Legg til").click()
    expect(page.locator(".list ol > li")).to_have_count(before + 1)
    page.goto(article)
    expect(page.locator("#text")).to_contain_text("er slept til kai")
    expect(page.locator(".said.named", has_text="er slept til kai")).to_have_count(1)


def test_everything_by_keyboard(opened: Callable[..., Page], article: str) -> None:
    page = opened()
    page.goto(f"{article}/correct#c1")
    before = page.locator(".list ol > li").count()
    expect(page.locator("#c1")).to_be_focused()
    page.keyboard.press("a")
    page.wait_for_url("**/correct#c1")
    expect(page.locator("#c1 b")).to_have_text("godkjent")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#c2")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator(".list ol > li")).to_have_count(before - 1)
    page.keyboard.press("Control+z")
    expect(page.locator(".list ol > li")).to_have_count(before)
    page.locator("#text").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("toolbar").get_by_role("button", name="det som blir sagt")).to_be_focused()
    page.keyboard.press("Enter")
    number = page.locator("#text h1").inner_text().split()[1]
    expect(page.locator("#content")).to_have_value(f"{number} ligger")
    expect(page.locator("#text")).to_be_focused()


def test_what_another_has_corrected_meanwhile_is_not_written_over(open_server: Served, article: str) -> None:
    path = article.removeprefix(open_server.address)
    stale = {"of": "a1", "seen": "0123456789abcdef", "do": "reject"}
    answer = open_server.ask("POST", f"{path}/correct", fields=stale)
    assert answer.status == 422
    assert "Noen har rettet denne" in answer.text
    assert open_server.ask("POST", f"{path}/correct", fields={"do": "undo", "number": "1"}).status == 422
    assert open_server.ask("POST", "/article/nix/correct", fields={"do": "undo"}).status == 404
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert open_server.ask("POST", f"{path}/correct", fields=stale, headers=headers).status == 403


def test_who_has_not_signed_in_corrects_nothing(closed_server: tuple[Served, str]) -> None:
    served, _ = closed_server
    answer = served.ask("POST", "/article/x/correct", fields={"do": "undo"})
    assert (answer.status, answer.headers["location"].split("?")[0]) == (303, "/sign-in")

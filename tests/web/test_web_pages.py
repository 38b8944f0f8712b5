"""The pages in a real Chromium: an article in by every way, its marks and cards by mouse, touch and keyboard, on a
phone and without JavaScript."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from playwright.sync_api import Page, expect

from kildespor.archive import Archive
from kildespor.stories.folder import read_folder
from tests.web.browsing import PHONE, in_chromium, read_example
from tests.web.conftest import EXAMPLES, PASSWORD, STORY
from tests.web.serving import TEXT, Served, newspaper, serving

pytestmark = in_chromium


def test_a_pasted_text_is_set_as_an_article(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    page.get_by_label("Artikkelen eller adressen til den").fill(TEXT)
    page.get_by_text("Om artikkelen").click()
    page.get_by_label("Medium").fill("Kystavisa")
    page.get_by_role("button", name="Les artikkelen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ferja ligger ved kai")
    text = page.locator(".head").inner_text() + page.locator("#text").inner_text()
    assert "– Vi så røyk fra maskinrommet" in text
    expect(page.locator("#text .said.unsourced").first).to_contain_text("Brannen")
    expect(page.locator("#text .said.relayed").first).to_have_text("– Pumpen er gammel")
    expect(page.locator(".summary")).to_contain_text("kildehenvisninger fra")


def test_the_article_on_the_page_is_the_article_to_the_letter(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    given = (EXAMPLES / "tralar.txt").read_text(encoding="utf-8")
    page.get_by_label("Artikkelen eller adressen til den").fill(given)
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    script = "document.querySelector('.head').textContent + document.querySelector('#text').textContent"
    assert page.evaluate(script) == given


def test_an_address_is_fetched(opened: Callable[..., Page], open_server: Served) -> None:
    body = "".join(f"<p>{line}</p>" for line in TEXT.split("\n\n")[1:])
    with newspaper({"/sak": f"<html><head><title>x</title></head><article><h1>Ferja</h1>{body}</article>"}) as address:
        page = opened()
        page.goto(open_server.address)
        page.get_by_label("Artikkelen eller adressen til den").fill(f"{address}/sak\n")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/reading/*")
        expect(page.locator(".about a")).to_have_attribute("href", f"{address}/sak")
        expect(page.locator("#text")).to_contain_text("Mari Holten")


def test_a_file_is_chosen_or_dropped(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    page.locator("#file").set_input_files(EXAMPLES / "sjokabel.txt")
    expect(page.locator("output")).to_have_text("sjokabel.txt")
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    expect(page.locator("#text")).to_contain_text("NordLink Baltic")
    page.goto(open_server.address)
    dropped = page.evaluate_handle(
        "text => { const d = new DataTransfer(); d.items.add(new File([text], 'a.txt')); return d }",
        TEXT,
    )
    page.dispatch_event(".box", "dragover", {"dataTransfer": dropped})
    page.dispatch_event(".box", "drop", {"dataTransfer": dropped})
    page.wait_for_url("**/reading/*")
    expect(page.locator("#text")).to_contain_text("Mari Holten")


def test_what_cannot_be_read_is_told_and_what_was_typed_stays(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    page.get_by_label("Artikkelen eller adressen til den").fill("http://127.0.0.1:1/borte")
    page.get_by_role("button", name="Les artikkelen").click()
    expect(page.get_by_role("alert")).to_contain_text("svarer ikke (ingen tar imot der)")
    expect(page.get_by_label("Artikkelen eller adressen til den")).to_have_value("http://127.0.0.1:1/borte")


def test_pointing_at_a_statement_shows_its_chain(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    read_example(page, open_server)
    statement = page.locator("#text .said.relayed").first
    statement.hover()
    card = page.locator(".float")
    expect(card).to_be_visible()
    expect(card.locator(".chain li")).to_contain_text(["Lars Friis", "DR", "Kystavisa"])
    expect(card.locator(".details")).to_contain_text("sier «sier»")
    expect(card.locator(".details")).to_contain_text("% sikker")
    expect(card.locator(".why")).to_contain_text("modellen")
    expect(page.locator("#text .lit.as-relay")).to_have_text(["danske DR"])
    apart = card.bounding_box()["x"] - page.locator("#text").bounding_box()["x"]
    assert apart > page.locator("#text").bounding_box()["width"], "the card stands beside the text, not on it"
    page.locator("h1").hover()
    expect(card).to_be_hidden()
    statement.click()
    page.locator("h1").hover()
    page.wait_for_timeout(300)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_the_keyboard_reaches_every_card(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    read_example(page, open_server)
    page.locator("#n1").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    card = page.locator(".float")
    expect(card.locator(".count").first).to_have_text("1")
    page.keyboard.press("Tab")
    expect(card.locator("b").first).to_have_text("Nordsund Ferjer")
    page.keyboard.press("Tab")
    expect(card.locator(".count").first).to_have_text("2")
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator("#n2")).to_be_focused()


def test_a_sentence_in_the_outlets_own_voice_says_whose_it_is(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    own = "Bybanen stod stille i to timer."
    page.locator("#text").fill(f"Stans på bybanen\n\n{own}\n\n– Vi beklager, sier Ola Bø.\n\n(©NTB)\n")
    page.get_by_text("Om artikkelen").click()
    page.get_by_label("Medium").fill("NRK")
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    sentence = page.locator("#text .own", has_text="Bybanen stod")
    sentence.first.hover()
    card = page.locator(".float")
    expect(card.locator(".how")).to_have_text("mediets egen stemme")
    expect(card.locator(".chain")).to_contain_text("NRK")
    expect(card.locator(".details")).to_contain_text("kringkaster · allmennkringkasting")
    expect(card.locator(".details")).to_contain_text("kreditert NTB")
    expect(page.locator("#text .lit.is-own")).to_have_text(own)
    page.locator(".brand").hover()
    expect(card).to_be_hidden()
    page.locator("#n1").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#text .voice").first).to_be_focused()
    expect(card.locator(".how")).to_have_text("mediets egen stemme")
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    text = page.locator("#text").evaluate("text => text.textContent")
    assert own in text and "○" not in text, "the marks for the keyboard are no words of the article"


def test_a_source_shows_everything_it_says_and_leads_there(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    page.get_by_label("Artikkelen eller adressen til den").fill(TEXT)
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    page.locator("#text a[data-who]", has_text="Holten").first.click()
    card = page.locator(".float")
    says = card.locator(".lines a")
    expect(says).to_have_count(2)
    expect(card).to_contain_text("omtalt som kaptein")
    number = says.nth(1).get_attribute("data-to")
    says.nth(1).click()
    expect(page.locator(".number.lit")).to_have_attribute("data-number", number)
    expect(page.locator(f"#n{number}")).to_be_in_viewport()


def test_a_reading_is_put_into_the_archive_and_has_an_address_there(
    opened: Callable[..., Page], open_server: Served
) -> None:
    page = opened()
    read_example(page, open_server)
    page.get_by_role("button", name="Legg i arkivet").click()
    page.wait_for_url("**/article/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ferja står i ro etter brann i maskinrommet")
    expect(page.get_by_role("button", name="Legg i arkivet")).to_have_count(0)
    with page.expect_download() as got:
        page.get_by_role("link", name="JSON", exact=True).click()
    assert Path(got.value.path()).read_text(encoding="utf-8").startswith("{")
    with page.expect_download() as got:
        page.get_by_role("link", name="Kjedene (SVG)").click()
    assert "<svg" in Path(got.value.path()).read_text(encoding="utf-8")


def test_the_archive_is_searched_and_leads_on(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(open_server.address)
    page.get_by_role("link", name="Søk i arkivet").click()
    page.get_by_label("Ord i utsagnet").fill("mannskap*")
    page.get_by_role("button", name="Søk").click()
    findings = page.locator(".findings > li")
    expect(findings.first).to_contain_text("mannskap")
    page.get_by_text("Avgrens").click()
    page.get_by_label("Kilde", exact=True).fill("Skorpen")
    page.get_by_role("button", name="Søk").click()
    assert "source=Skorpen" in page.url
    page.locator(".hands a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kåre Skorpen")
    page.locator(".hands a", has_text="Utkikk").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Utkikk")
    expect(page.locator(".rests dd").first).to_contain_text("%")
    for form, start in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("CSV", b"figure"), ("JSON", b"{"), ("PROV", b"{")):
        with page.expect_download() as got:
            page.get_by_role("link", name=form, exact=True).click()
        assert Path(got.value.path()).read_bytes().startswith(start)
    page.get_by_role("link", name="Alle kildehenvisningene i mediet").click()
    page.get_by_role("link", name="Neste").click()
    expect(findings.first).to_be_visible()
    findings.first.locator("a").first.click()
    page.wait_for_url("**/article/*")


def test_a_story_shows_its_claims_with_their_standing_and_its_copies(
    opened: Callable[..., Page], story_server: Served
) -> None:
    page = opened()
    page.goto(f"{story_server.address}/?lang=nb")
    page.get_by_role("link", name="Saker").click()
    page.locator(".headline a", has_text="Jordskred").click()
    expect(page.locator(".conclusion", has_text="opphav:").first).to_contain_text("medier")
    claim = page.locator(".claim").first
    picture = claim.locator("img")
    assert picture.get_attribute("alt") == claim.locator(".conclusion").inner_text()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 300
    claim.get_by_text("Fortalt av").click()
    expect(claim.locator(".tellings li").first).to_be_visible()
    for form in ("JSON", "CSV", "PROV", "SVG"):
        with page.expect_download() as got:
            page.get_by_role("link", name=form, exact=True).click()
        assert Path(got.value.path()).stat().st_size > 500
    page.locator(".copies a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Side om side")
    expect(page.locator(".side")).to_have_count(2)
    expect(page.locator(".side mark").first).to_be_visible()
    expect(page.locator(".conclusion")).to_contain_text("% sikkert")
    for form in ("JSON", "CSV", "PROV"):
        with page.expect_download() as got:
            page.get_by_role("link", name=form, exact=True).click()
        assert Path(got.value.path()).stat().st_size > 500


def test_an_article_leads_to_its_story_and_one_without_leads_nowhere(story_server: Served, open_server: Served) -> None:
    (line,) = story_server.get("/api/stories?words=jordskred").json()["stories"]
    for article in line["articles"]:
        page = story_server.get(f"/article/{article}?lang=nb").text
        assert f'<a href="/story/{article}">Saken i {len(line["articles"])} artikler</a>' in page
    alone = open_server.get("/api/search?outlet=Utkikk&words=kystvakta").json()["findings"][0]["article"]
    assert "/story/" not in open_server.get(f"/article/{alone}").text


def test_an_article_leads_to_its_story_though_nobody_has_asked_for_stories_yet(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        reports = [reading.report for reading in read_folder(STORY)]
        first, *others = [archive.add(report).article for report in reports]
    with serving(tmp_path) as server:
        pages = [server.get(f"/article/{article}?lang=nb").text for article in (*others, first)]
        assert "/story/" not in pages[0]
        assert f'<a href="/story/{first}">Saken i ' in pages[-1]
        assert server.get(f"/story/{first}").status == 200


def test_an_older_version_of_an_article_leads_to_its_story(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        reports = [reading.report for reading in read_folder(STORY)]
        old, *_ = [archive.add(report).article for report in reports]
        longer = replace(reports[0].article, text=reports[0].article.text + "\n\nSaken oppdateres.\n")
        new = archive.add(replace(reports[0], article=longer)).article
        assert len(archive.versions(old)) == 2
    with serving(tmp_path) as server:
        assert server.get(f"/story/{new}").status == 200
        assert f'<a href="/story/{old}">' in server.get(f"/article/{old}").text
        assert server.get(f"/story/{old}").text.count("<li>") == server.get(f"/story/{new}").text.count("<li>")


def test_what_the_register_says_of_a_source_is_said_in_the_language_of_the_page(open_server: Served) -> None:
    text = "– Skipet er vårt, sier Rossija Segodnja. Det er trygt, melder Tass.\n\n" + TEXT
    article = open_server.ask("POST", "/api/add", json={"source": text, "outlet": "Statsposten"}).json()["article"]
    for lang, why in (("nb", "Eid av den russiske staten."), ("en", "Owned by the Russian state.")):
        assert why in open_server.get(f"/article/{article}?lang={lang}").text


def test_an_outlet_that_is_not_there_is_told_to_be_so(open_server: Served) -> None:
    page = open_server.get("/outlet?name=Finnesikke&lang=nb").text
    assert "Ingen treff." in page and "/outlet/as/" not in page and "0 kildehenvisninger" not in page


def test_a_search_that_cannot_be_is_told(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened()
    page.goto(f"{open_server.address}/search?since=snart")
    expect(page.get_by_role("alert")).to_contain_text("snart")
    page.goto(f"{open_server.address}/search?words=finnesikke")
    expect(page.get_by_text("Ingen treff.")).to_be_visible()


def test_the_page_speaks_norwegian_and_english(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened(locale="en-GB")
    page.goto(open_server.address)
    expect(page.get_by_role("button", name="Read the article")).to_be_visible()
    page.get_by_role("link", name="Norsk").click()
    expect(page.get_by_role("button", name="Les artikkelen")).to_be_visible()
    page.goto(open_server.address)
    expect(page.get_by_role("button", name="Les artikkelen")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "nb"


def test_on_a_phone_the_card_comes_up_from_below(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened(PHONE, has_touch=True, is_mobile=True)
    read_example(page, open_server)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], "nothing is wider than the screen"
    summary, text = page.locator(".digest").bounding_box(), page.locator("#text").bounding_box()
    assert summary["y"] < text["y"], "the summary stands before the text"
    page.locator("#text .said.unsourced").first.tap()
    card = page.locator(".float")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert (box["x"], box["width"]) == (0, PHONE[0]) and round(box["y"] + box["height"]) == PHONE[1]
    page.get_by_role("button", name="Lukk").tap()
    expect(card).to_be_hidden()


def test_without_javascript_all_of_it_can_be_read(opened: Callable[..., Page], open_server: Served) -> None:
    page = opened(java_script_enabled=False)
    page.goto(open_server.address)
    page.get_by_label("Artikkelen eller adressen til den").fill(TEXT)
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    page.locator("#n2").click()
    assert page.url.endswith("#c2")
    expect(page.locator("#c2")).to_be_in_viewport()
    expect(page.locator("#c2 .chain li").first).to_contain_text("Mari Holten")
    page.locator("#c2 .back").click()
    expect(page.locator("#n2")).to_be_in_viewport()
    page.locator(".speaker summary", has_text="Mari Holten").click()
    expect(page.locator(".speaker[id] .lines a").first).to_be_visible()


def test_signing_in_leads_to_where_one_wanted(opened: Callable[..., Page], closed_server: tuple[Served, str]) -> None:
    served, _ = closed_server
    page = opened()
    page.goto(f"{served.address}/?lang=nb")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn")
    page.get_by_label("Navn").fill("kari")
    page.get_by_label("Passord").fill("feil passord her")
    page.get_by_role("button", name="Logg inn").click()
    expect(page.get_by_role("alert")).to_have_text("Navnet eller passordet stemmer ikke.")
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.get_by_label("Artikkelen eller adressen til den").fill(TEXT)
    page.get_by_role("button", name="Les artikkelen").click()
    page.wait_for_url("**/reading/*")
    reading = page.url
    page.get_by_role("button", name="Logg ut kari").click()
    page.goto(reading)
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn")

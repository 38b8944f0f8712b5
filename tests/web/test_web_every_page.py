"""Every page on every screen, light and dark, in both languages and on paper: nothing is wider than the screen,
axe-core finds nothing serious, and paper has no controls. Screenshots are kept in ``.artefacts/`` for looking at."""

from collections.abc import Callable, Mapping
from itertools import count

import pytest
from msgspec import Struct
from playwright.sync_api import Page, expect

from tests.web.browsing import (
    PHONE,
    SHOTS,
    TABLET,
    WIDE,
    in_chromium,
    read_example,
    select,
    shot,
    violations,
    wait_for_graphs,
)
from tests.web.serving import TEXT, Served

pytestmark = in_chromium

NUMBERS = count(1)
SCREENS = {"phone": PHONE, "tablet": TABLET, "wide": WIDE}
CONTROLS = "nav, form, button, input, select, textarea, .files, .margin .out, .zoom, .skip, .float"


class Servers(Struct, frozen=True):
    """The servers that the pages are of."""

    open: Served
    story: Served
    closed: Served
    kari: str
    """A cookie of the closed one."""

    def article(self) -> str:
        found = self.open.get("/api/search?outlet=Utkikk&words=kystvakta").json()["findings"][0]
        return f"{self.open.address}/article/{found['article']}"

    def story_page(self) -> str:
        line = self.story.get("/api/stories?words=jordskred").json()["stories"][0]
        return f"{self.story.address}/story/{line['articles'][0]}"


Go = Callable[[Page, Servers], object]


def refused(page: Page, servers: Servers) -> None:
    page.goto(servers.open.address)
    page.locator("#text").fill("http://127.0.0.1:1/borte")
    page.locator("button.main").click()
    page.locator(".trouble").wait_for()


def story(page: Page, servers: Servers) -> None:
    page.goto(servers.story_page())
    wait_for_graphs(page)


def compare(page: Page, servers: Servers) -> None:
    page.goto(servers.story_page())
    page.locator(".copies a").first.click()
    expect(page.locator(".side")).to_have_count(2)


def wrong_password(page: Page, servers: Servers) -> None:
    page.goto(servers.closed.address)
    page.locator("#name").fill("kari")
    page.locator("#password").fill("feil passord her")
    page.locator("button.main").click()
    page.locator(".trouble").wait_for()


def signed_in(page: Page, servers: Servers) -> None:
    name, _, value = servers.kari.partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": servers.closed.address}])
    page.goto(servers.closed.address)
    expect(page.locator("form[action='/sign-out']")).to_have_count(1)


def corrected(page: Page, servers: Servers) -> None:
    given = {"source": f"Sak {next(NUMBERS)}\n\n{TEXT}", "outlet": "Retteposten"}
    added = servers.open.ask("POST", "/api/add", json=given)
    address = f"{servers.open.address}/article/{added.json()['article']}/correct"
    page.goto(f"{address}?of=a1")
    page.locator("#c2 button[value=reject]").click()
    page.wait_for_url(f"{address}#c2")
    page.goto(f"{address}?of=a1")


PAGES: Mapping[str, Go] = {
    "front": lambda page, on: page.goto(on.open.address),
    "refused": refused,
    "reading": lambda page, on: read_example(page, on.open),
    "article": lambda page, on: page.goto(on.article()),
    "correct": corrected,
    "search": lambda page, on: page.goto(f"{on.open.address}/search?words=skal&order=best"),
    "search-refused": lambda page, on: page.goto(f"{on.open.address}/search?since=snart"),
    "search-nothing": lambda page, on: page.goto(f"{on.open.address}/search?words=finnesikke"),
    "source": lambda page, on: page.goto(f"{on.open.address}/source?name=Skorpen"),
    "outlet": lambda page, on: page.goto(f"{on.open.address}/outlet?name=Utkikk"),
    "stories": lambda page, on: page.goto(f"{on.story.address}/stories"),
    "story": story,
    "compare": compare,
    "sign-in": lambda page, on: page.goto(on.closed.address),
    "sign-in-refused": wrong_password,
    "signed-in": signed_in,
    "missing": lambda page, on: page.goto(f"{on.open.address}/nothing"),
}


@pytest.fixture
def servers(open_server: Served, story_server: Served, closed_server: tuple[Served, str], kari: str) -> Servers:
    return Servers(open_server, story_server, closed_server[0], kari)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_in_nobodys_way(opened: Callable[..., Page], servers: Servers, axe: str, name: str) -> None:
    page = opened(locale="nb-NO")
    PAGES[name](page, servers)
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    for width, size in SCREENS.items():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], width
        for scheme in ("light", "dark") if width != "tablet" else ():
            page.emulate_media(color_scheme=scheme)
            shot(page, f"{name}-{width}-{scheme}", whole=True)
            # A phone in the light is looked at in English.
            if (width, scheme) != ("phone", "light"):
                assert violations(page, axe) == [], (width, scheme)
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator(CONTROLS).filter(visible=True).count() == 0
    expect(page.locator("h1")).to_be_visible()
    shot(page, f"{name}-print", whole=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_in_nobodys_way_in_english(
    opened: Callable[..., Page], servers: Servers, axe: str, name: str
) -> None:
    page = opened(PHONE, locale="en-GB")
    PAGES[name](page, servers)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "wide"])
def test_what_comes_over_a_page_stands_in_nobodys_way(
    opened: Callable[..., Page], servers: Servers, axe: str, width: str, scheme: str
) -> None:
    page = opened(SCREENS[width], color_scheme=scheme)
    read_example(page, servers.open)
    for name, mark in (("card", "#text .said.relayed"), ("voice", "#text .own"), ("who", "#text a[data-who]")):
        page.locator(mark).first.click()
        expect(page.locator(".float")).to_be_visible()
        shot(page, f"{name}-{width}-{scheme}")
        assert violations(page, axe) == [], name
        page.keyboard.press("Escape")
    corrected(page, servers)
    select(page, "er slept til kai")
    expect(page.get_by_role("toolbar")).to_be_visible()
    shot(page, f"select-{width}-{scheme}")
    assert violations(page, axe) == []


def test_an_article_on_paper_is_set_with_its_marks_and_all_chains(
    opened: Callable[..., Page], servers: Servers
) -> None:
    page = opened()
    page.goto(servers.article())
    n = page.locator(".cards .card:not(.voiced)").count()
    page.emulate_media(media="print", color_scheme="dark")
    style = "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.textDecorationLine] }"
    ink, _, line = page.locator("#text .said").first.evaluate(style)
    assert (ink, line) == ("rgb(0, 0, 0)", "underline")
    assert page.locator("body").evaluate(style)[1] == "rgb(255, 255, 255)", "dark screens print dark on white"
    for number in range(1, n + 1):
        expect(page.locator(f"#n{number}")).to_be_visible()
        expect(page.locator(f"#c{number} .chain li").first).to_be_visible()
    expect(page.locator("svg.chains")).to_be_visible()
    expect(page.locator("#own")).to_be_visible()
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "2cm"))
    assert paper.startswith(b"%PDF") and 2 <= paper.count(b"/Type /Page\n") <= 9
    (SHOTS / "article.pdf").write_bytes(paper)


def test_the_graphs_of_a_story_are_on_paper(opened: Callable[..., Page], servers: Servers) -> None:
    page = opened()
    page.goto(servers.story_page())
    (SHOTS / "story.pdf").write_bytes(page.pdf(format="A4"))
    page.emulate_media(media="print")
    drawn = "all => all.every(image => image.complete && image.naturalWidth > 0)"
    assert page.locator(".graph img").evaluate_all(drawn), "also those that the screen had not come to"
    wide = page.locator(".graph img").evaluate_all("all => Math.max(...all.map(image => image.clientWidth))")
    assert wide <= page.evaluate("document.documentElement.clientWidth")

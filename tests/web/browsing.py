"""What the tests of pages in a browser have in common."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.web.serving import Served

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync"
SHOTS = Path(__file__).parents[2] / ".artefacts"
"""Where screenshots are kept for looking at, ``NAME-WIDTH-SCHEME.png``."""

PHONE, TABLET, WIDE = (390, 844), (820, 1100), (1440, 950)
SERIOUS = ("serious", "critical")

# A machine that is busy with other tests takes its time.
expect.set_options(timeout=20_000)

in_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium")


def shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a screenshot of a page, of all of it with ``whole``."""
    SHOTS.mkdir(exist_ok=True)
    path = SHOTS / f"{name}.png"
    try:
        page.screenshot(path=path, full_page=whole)
    except Error as error:
        # Chromium's compositor does now and then, on a machine that is busy.
        if "Unable to capture screenshot" not in str(error):
            raise
        page.screenshot(path=path, full_page=whole)


def violations(page: Page, axe: str) -> list[str]:
    """What axe-core finds serious or worse by the rules of WCAG 2.2 AA."""
    page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in SERIOUS]


def read_example(page: Page, served: Served) -> None:
    """Read the example of the first page."""
    page.goto(served.address)
    page.locator("button[name=example]").click()
    page.wait_for_url("**/reading/*")


def select(page: Page, words: str) -> None:
    """Select words of the text and let go of the pointer, as a hand does."""
    page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
          const text = document.getElementById('text').textContent, start = text.indexOf(words);
          const range = document.createRange();
          for (let at = 0; walker.nextNode(); at += walker.currentNode.length) {
            const node = walker.currentNode, end = start + words.length;
            if (at <= start && start < at + node.length) range.setStart(node, start - at);
            if (at < end && end <= at + node.length) range.setEnd(node, end - at);
          }
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          document.getElementById('text').dispatchEvent(new PointerEvent('pointerup', {bubbles: true}));
        }""",
        words,
    )


def wait_for_graphs(page: Page) -> None:
    """Wait until the first graph of a story is drawn."""
    expect(page.locator(".graph img").first).to_have_js_property("complete", True)
    page.wait_for_function("document.querySelector('.graph img').naturalWidth > 0")

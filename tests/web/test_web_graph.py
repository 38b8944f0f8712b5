"""The graphs of a story looked at closely, in a real Chromium, and the story as a table."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import in_chromium, wait_for_graphs
from tests.web.serving import Served

pytestmark = in_chromium


@pytest.fixture(scope="module")
def story(story_server: Served) -> str:
    lines = story_server.get("/api/stories?words=jordskred").json()["stories"]
    return f"{story_server.address}/story/{lines[0]['articles'][0]}?lang=nb"


def width_of(page: Page) -> float:
    return page.locator(".graph img").first.bounding_box()["width"]


def test_a_graph_grows_shrinks_moves_and_is_saved(opened: Callable[..., Page], story: str) -> None:
    page = opened()
    page.goto(story)
    claim, frame = page.locator(".claim").first, page.locator(".graph").first
    frame.scroll_into_view_if_needed()
    wait_for_graphs(page)
    before = width_of(page)
    for _ in range(3):
        claim.get_by_role("button", name="Større").click()
    assert width_of(page) == pytest.approx(before * 1.25**3, rel=0.02)
    box = frame.bounding_box()
    here = frame.evaluate("frame => frame.scrollLeft")
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    assert frame.evaluate("frame => frame.scrollLeft") == pytest.approx(here + 80, abs=2)
    assert "/claim/" not in page.url
    claim.get_by_role("button", name="Hele").click()
    assert width_of(page) <= box["width"]
    frame.focus()
    page.keyboard.press("+")
    page.keyboard.press("-")
    with page.expect_download() as got:
        claim.get_by_role("button", name="Grafen som PNG").click()
    assert got.value.suggested_filename.endswith(".png")
    assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")


def test_without_a_script_the_graph_leads_to_its_picture_and_is_told_in_words(
    opened: Callable[..., Page], story: str
) -> None:
    page = opened(java_script_enabled=False)
    page.goto(story)
    claim = page.locator(".claim").first
    expect(claim.locator(".reasons li").first).to_be_visible()
    claim.get_by_text("Fortalt av").click()
    expect(claim.locator(".tellings li").first).to_contain_text("2025")
    claim.locator(".graph").click()
    page.wait_for_url("**/claim/*.svg")


def test_the_whole_story_is_taken_along_as_a_table_and_as_a_picture(opened: Callable[..., Page], story: str) -> None:
    page = opened()
    page.goto(story)
    with page.expect_download() as got:
        page.locator(".files").get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(Path(got.value.path()).read_text(encoding="utf-8").splitlines()))
    shared = [row for row in rows if int(row["outlets"]) > 1]
    assert shared and all(row["chain"].split(" > ")[-1] == row["outlet"] for row in rows)
    with page.expect_download() as got:
        page.locator(".files").get_by_role("button", name="PNG").click()
    assert Path(got.value.path()).read_bytes().startswith(b"\x89PNG")

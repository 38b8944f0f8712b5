"""The page of a source: its flags, its place in time, and no markup of anybody's, on every screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kildespor.messages import Words
from kildespor.web.profile import columns_of
from tests.web.conftest import EXAMPLES
from tests.web.serving import Served, serving
from tests.web.test_web_pages import PHONE, WIDE, browser, opened, pytestmark, shot, violations

__all__ = ["browser", "opened", "pytestmark"]

XSS = "<img src=x onerror=alert(1)> \"'><script>alert(2)</script>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A server with one article in three months, of an outlet that would break in."""
    text = (EXAMPLES / "tralar.txt").read_text(encoding="utf-8")
    with serving(tmp_path_factory.mktemp("months"), "--allow-private", "--rate", "10000") as served:
        for number, month in enumerate(("2024-01-03", "2024-02-07", "2024-02-09", "2024-05-20")):
            given = {"source": f"{XSS}\n\nUtgåve {number}. {text}", "outlet": XSS, "published": month}
            assert served.ask("POST", "/api/add", json=given).status == 200
        yield served


def test_few_months_are_months_and_many_are_years() -> None:
    words = Words("en")
    months = columns_of({(2023, 12): 2, (2024, 2): 4}, words)
    assert [(column.name, column.n, column.percent) for column in months] == [
        ("Dec 2023", 2, 50),
        ("Jan 2024", 0, 0),
        ("Feb 2024", 4, 100),
    ]
    years = columns_of({(2019, 12): 2, (2024, 2): 4, (2024, 3): 1}, words)
    assert [(column.name, column.n) for column in years] == [
        ("2019", 2),
        ("2020", 0),
        ("2021", 0),
        ("2022", 0),
        ("2023", 0),
        ("2024", 5),
    ]
    assert columns_of({(2024, 2): 4}, words) == columns_of({}, words) == ()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "size"), [("phone", PHONE), ("wide", WIDE)])
def test_a_source_is_described_flagged_and_set_in_time(
    opened: Callable[..., Page],
    npm_package: Callable[[str], Path],
    served: Served,
    width: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    axe = (npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    page = opened(size, color_scheme=scheme)
    page.goto(f"{served.address}/source?name=AMI")
    expect(page.locator(".top .flag").first).to_contain_text("stat")
    columns = page.locator(".over-time li")
    expect(columns).to_have_count(5)
    expect(columns.first).to_contain_text("jan. 2024")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    shot(page, f"source-{width}-{scheme}")


def test_no_markup_of_an_outlet_title_or_name_gets_into_the_pages_of_the_archive(
    opened: Callable[..., Page], served: Served
) -> None:
    page = opened()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    for path in (
        "/search?words=mannskap*",
        "/source?name=AMI",
        "/outlet?name=",
        "/source?name=",
        "/stories",
        "/search?words=",
    ):
        page.goto(served.address + path + ("" if path[-1] != "=" else page.evaluate("encodeURIComponent", XSS)))
        assert page.locator("main img, main script, main [onerror]").count() == 0, path
    page.goto(f"{served.address}/search?words=mannskap*")
    expect(page.locator(".findings > li").first).to_contain_text("<script>alert(2)</script>")
    page.locator(".hands a", has_text="<img").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(XSS)
    assert alerts == []

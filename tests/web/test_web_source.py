"""The page of a source: its flags, its place in time, and its files, and no markup of
anybody's."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from kildespor.messages import Words
from kildespor.web.profile import columns_of
from tests.web.browsing import in_chromium
from tests.web.conftest import EXAMPLES
from tests.web.serving import Served, serving

pytestmark = in_chromium

STARTS = {"JSON": b"{", "CSV": b"article,", "PROV": b"@context", "SVG": b"<svg", "PNG": b"\x89PNG"}
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


def test_a_source_is_described_flagged_set_in_time_and_taken_along(opened: Callable[..., Page], served: Served) -> None:
    page = opened()
    page.goto(f"{served.address}/source?name=AMI")
    expect(page.locator(".top .flag").first).to_contain_text("stat")
    columns = page.locator(".over-time li")
    expect(columns).to_have_count(5)
    expect(columns.first).to_contain_text("jan. 2024")
    for form, kind in (("JSON", "link"), ("CSV", "link"), ("PROV", "link"), ("SVG", "link"), ("PNG", "button")):
        with page.expect_download() as got:
            page.get_by_role(kind, name=form, exact=True).click()
        assert STARTS[form] in Path(got.value.path()).read_bytes()[:60]


def test_the_prov_of_a_source_holds_what_it_has_said_and_no_more(served: Served) -> None:
    figures = served.get("/source/as/json?name=AMI").json()
    nodes = served.get("/source/as/prov?name=AMI").json()["@graph"]
    passages = [node for node in nodes if "span" in node]
    assert len(passages) == len(figures["page"]["findings"]) > 0
    assert len({node["id"] for node in nodes}) == len(nodes)
    of_outlet = served.get(f"/outlet/as/prov?name={quote(XSS)}").json()["@graph"]
    assert len([node for node in of_outlet if "span" in node]) > len(passages)
    found = served.get("/search/as/prov?words=mannskap*").json()["@graph"]
    assert all("mannskap" in node["value"].lower() for node in found if "span" in node)
    drawn = served.get("/source/as/svg?name=AMI").text
    assert drawn.count("<rect") == 1 + 5 and "mai 2024" in drawn
    assert served.get("/source/as/svg?name=Ukjent").status == 404
    assert served.get("/source/as/pdf?name=AMI").status == 404


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

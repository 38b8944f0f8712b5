"""ninjs of every generation, as agencies write it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kildespor.articles import Failure, articles_in, ninjs
from kildespor.errors import ArticleError
from kildespor.export.ninjs import ninjs as export
from kildespor.model import Article, Report

BODY = "Ferga til Kråkvågen står.\n– Vi venter, sier Kari Li til NTB.\n"
HTML = "<p>Ferga til Kråkvågen står.</p><blockquote>Vi venter, sier Kari Li til <q>NTB</q>.</blockquote>"

ONE = {
    "uri": "http://byraa.example/nyheter/1",
    "type": "text",
    "versioncreated": "2024-01-02T05:00:00Z",
    "firstcreated": "2024-01-02T03:04:05Z",
    "pubstatus": "usable",
    "language": "nb-NO",
    "headline": "Ferga står",
    "byline": "Kari Li/NTB",
    "copyrightholder": "NTB",
    "body_text": BODY,
    "body_xhtml": HTML,
}
TWO = {
    "uri": "8d19cf88-b3ab-4972-8fec-1207599f2872",
    "standard": {"name": "ninjs", "version": "2.1"},
    "versioncreated": "2024-01-02T05:00:00Z",
    "language": "sv",
    "headlines": [{"role": "short", "value": "Färjan"}, {"role": "main", "value": "Färjan står"}],
    "bodies": [
        {"role": "html5", "contenttype": "text/html", "value": HTML},
        {"role": "text", "contenttype": "text/plain", "value": BODY},
        {"role": "ttnitf", "contenttype": "application/xml", "value": "<TTNITF/>"},
    ],
    "by": "NTB",
}
THREE = {
    "uri": "https://byraa.example/3",
    "versionCreated": "2024-01-02T05:00:00+01:00",
    "copyrightHolder": "Ritzau",
    "language": "da",
    "headlines": [{"value": "Færgen ligger stille"}],
    "descriptions": [{"role": "lead", "value": "Ingen ved hvorfor."}, {"role": "text", "value": "Færgen …"}],
    "bodies": [{"contentType": "text/html", "value": f"<section>{HTML}</section>"}],
}


def read(path: Path, item: Any) -> list[Any]:
    path.write_text(item if isinstance(item, str) else json.dumps(item), "utf-8")
    return list(articles_in(path))


def article(path: Path, item: Any) -> Article:
    (found,) = read(path, item)
    assert isinstance(found, Article), found
    return found


def test_the_first_generation(tmp_path: Path) -> None:
    found = article(tmp_path / "a.json", ONE)
    assert found.text == "Ferga står\n\nFerga til Kråkvågen står.\n\n– Vi venter, sier Kari Li til NTB."
    assert (found.title, found.outlet, found.url) == ("Ferga står", "NTB", "http://byraa.example/nyheter/1")
    assert (found.published, found.language) == ("2024-01-02T03:04:05+00:00", "nob")
    assert (found.byline, found.credit, found.file) == ("Kari Li", ("NTB",), str(tmp_path / "a.json"))


def test_the_second_generation_and_its_plain_text(tmp_path: Path) -> None:
    found = article(tmp_path / "a.json", TWO)
    assert found.text == "Färjan står\n\nFerga til Kråkvågen står.\n\n– Vi venter, sier Kari Li til NTB."
    assert (found.title, found.url, found.credit) == ("Färjan står", None, ("NTB",))
    assert (found.published, found.language) == ("2024-01-02T05:00:00+00:00", "swe")


def test_the_third_generation_with_its_lead_and_html(tmp_path: Path) -> None:
    found = article(tmp_path / "a.json", THREE)
    assert found.text.split("\n\n") == [
        "Færgen ligger stille",
        "Ingen ved hvorfor.",
        "Ferga til Kråkvågen står.",
        "Vi venter, sier Kari Li til “NTB”.",
    ]
    assert (found.outlet, found.published) == ("Ritzau", "2024-01-02T05:00:00+01:00")


def test_html_goes_before_plain_text_that_has_lost_its_paragraphs(tmp_path: Path) -> None:
    found = article(tmp_path / "a.json", {**ONE, "body_text": " ".join(BODY.split())})
    assert "Vi venter, sier Kari Li til “NTB”." in found.text.split("\n\n")


def test_a_body_that_opens_with_its_headline_keeps_one(tmp_path: Path) -> None:
    found = article(tmp_path / "a.json", {**THREE, "bodies": [{"value": f"Færgen  ligger stille\n{BODY}"}]})
    assert found.text.split("\n\n")[:3] == ["Færgen  ligger stille", "Ingen ved hvorfor.", "Ferga til Kråkvågen står."]


def test_what_this_project_exports_comes_back(tmp_path: Path) -> None:
    sent = Article(
        id="x",
        text="Ferga står\n\nDet skriver VG.\n– Ja, sier Kari Li.",
        title="Ferga står",
        outlet="Årdalsposten",
        url="https://avis.example/1",
        published="2024-01-02T03:04:05+01:00",
        language="nno",
    )
    found = article(tmp_path / "a.json", export(Report(model="m", article=sent, attributions=())))
    assert (found.text, found.title, found.outlet) == (sent.text, sent.title, sent.outlet)
    assert (found.url, found.published, found.language) == (sent.url, sent.published, sent.language)


def test_a_flash_is_its_description(tmp_path: Path) -> None:
    flash = {
        "uri": "x",
        "headlines": [{"value": "Ferga står"}],
        "descriptions": [{"role": "text", "value": "Sier NTB."}],
    }
    assert article(tmp_path / "a.json", flash).text == "Ferga står\n\nSier NTB."


def test_a_list_of_items(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    first, second, third = read(path, [ONE, {"type": "picture"}, THREE])
    assert (first.file, second.source, third.file) == (f"{path}:1", f"{path}:2", f"{path}:3")


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({**ONE, "type": "picture"}, "is not a text but of type picture"),
        ({**ONE, "pubstatus": "canceled"}, r"has been withdrawn by its agency \(canceled\)"),
        ({**ONE, "language": "de"}, "“de” is not read here"),
        ({**ONE, "firstcreated": "i går"}, "“i går” is no EDTF date"),
        ({"name": "package.json", "version": "1"}, "has no text .*found: name, version"),
        ("7", "is no ninjs item"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_is_no_text_item_is_a_failure(tmp_path: Path, item: Any, says: str) -> None:
    (found,) = read(tmp_path / "a.json", item)
    assert isinstance(found, Failure)
    assert isinstance(found.error, ArticleError)
    with pytest.raises(type(found.error), match=says):
        raise found.error


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (found,) = ninjs.articles(tmp_path / "gone.json")
    assert isinstance(found, Failure)
    assert "No such file" in str(found.error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*ONE, *TWO, *THREE, "body_x"]), JSON | st.sampled_from([BODY, HTML, "text"])))
def test_any_item_is_an_article_or_a_failure(tmp_path: Path, item: dict[str, Any]) -> None:
    (found,) = read(tmp_path / "a.json", item)
    assert isinstance(found, Article | Failure)

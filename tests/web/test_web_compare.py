"""Two articles side by side: their stretches, and what can be taken along of them."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kildespor.model import Article
from kildespor.web.alignment import LONGEST, compared
from tests.web.serving import Served

WORDS = st.lists(st.sampled_from(["Ferja", "sank ", "\n\n", "i natt. ", " "]), max_size=12).map("".join)


def article(text: str) -> Article:
    return Article(id="a", text=text)


@settings(max_examples=100)
@given(WORDS | st.text(max_size=30), WORDS | st.text(max_size=30))
def test_stretches_cover_both_texts_in_order_and_the_same_words_are_the_same(one: str, other: str) -> None:
    both = compared(article(one), article(other), ())
    assert "".join(one[slice(*s.one)] for s in both.stretches) == one
    assert "".join(other[slice(*s.other)] for s in both.stretches) == other
    for s in both.stretches:
        assert not s.same or one[slice(*s.one)].split() == other[slice(*s.other)].split()
    assert both.whole and all(0 <= share <= 100 for share in both.shared)


def test_what_both_have_is_counted_in_words_of_each() -> None:
    both = compared(article("Ferja sank i natt."), article("Ferja sank i natt. Ingen kom til skade."), ())
    assert both.shared == (100, 50)
    assert [(s.same, s.one, s.other) for s in both.stretches] == [(True, (0, 18), (0, 19)), (False, (18, 18), (19, 39))]
    long = compared(article("ord " * (LONGEST + 1)), article("ord"), ())
    assert not long.whole and long.stretches[-1].one[1] == 4 * LONGEST


@pytest.fixture(scope="module")
def copy(story_server: Served) -> tuple[str, str]:
    """An article and the one that is a copy of it, by the story."""
    (line,) = story_server.get("/api/stories?words=jordskred").json()["stories"]
    story = story_server.get(f"/api/story/{line['articles'][0]}").json()
    ids = {one["file"]: one["id"] for one in story["articles"]}
    derived = ((one["id"], each) for one in story["articles"] for each in one["derived_from"])
    return next(
        (ids[each["article"]], id_) for id_, each in derived if each["how"] == "copy" and each["article"] in ids
    )


def test_what_one_has_from_the_other_is_told_with_how_sure_it_is(story_server: Served, copy: tuple[str, str]) -> None:
    source, article = copy
    given = story_server.get(f"/compare/{source}/{article}/as/json").json()
    (link,) = given["links"]
    assert (link["article"], link["source"], link["how"]) == (article, source, "copy") and 0.5 < link["confidence"] <= 1
    texts = [one["text"] for one in given["articles"]]
    rows = list(csv.DictReader(io.StringIO(story_server.get(f"/compare/{source}/{article}/as/csv").text, newline="")))
    assert len(rows) == len(given["stretches"]) > 1
    for row, stretch in zip(rows, given["stretches"], strict=True):
        assert texts[0][slice(*stretch["one"])] in (row["one"], row["one"][1:])
        assert [int(row["other_start"]), int(row["other_end"])] == stretch["other"]
    nodes = {node["id"]: node for node in story_server.get(f"/compare/{source}/{article}/as/prov").json()["@graph"]}
    (derived,) = [node for node in nodes.values() if node.get("wasQuotedFrom")]
    assert derived["wasQuotedFrom"][0] in nodes
    page = story_server.get(f"/compare/{source}/{article}?lang=en").text
    assert f"({round(100 * link['confidence'])}% sure)" in page


def test_articles_of_no_common_story_are_compared_without_a_link(open_server: Served) -> None:
    found = open_server.get("/api/search?outlet=Utkikk&limit=200").json()["findings"]
    one, other = sorted({finding["article"] for finding in found})[:2]
    assert open_server.get(f"/compare/{one}/{other}/as/json").json()["links"] == []
    assert open_server.get(f"/compare/{one}/{other}/as/pdf").status == 404
    assert open_server.get(f"/compare/{one}/ffffffffffffffffffff/as/json").status == 404

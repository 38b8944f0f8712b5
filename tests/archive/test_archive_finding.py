"""Attributions are found by every one of their sides, the same on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kildespor.archive import Archive, Finding
from kildespor.errors import UsageError
from kildespor.model import Article, Attribution, Relay, Report, Source, Why

TEXT = """Ferga blir stående
«Vi streiker til fredag», sier Åse Øvrebø. Ferjemannskapene skal ha sagt ja, ifølge Reuters, skriver VG.
Det blir ikke streik, tror tv-direktøren Bjørn Ås. Det hevdes at båtstreiken er over."""


def spans(words: str) -> tuple[tuple[int, int], ...]:
    start = TEXT.index(words)
    return ((start, start + len(words)),)


def attribution(number: int, words: str, **fields: object) -> Attribution:
    known = {
        "id": f"a{number}",
        "content": spans(words),
        "source_kind": "named",
        "kind": "indirect",
        "act": "say",
        "confidence": 0.9,
        "why": Why(anchor="cue", by="model", score=0.9),
    }
    return Attribution(**(known | fields))


ATTRIBUTIONS = (
    attribution(1, "«Vi streiker til fredag»", entity="Åse Øvrebø", source_id="s1", kind="direct"),
    attribution(
        2,
        "Ferjemannskapene skal ha sagt ja",
        entity="Ferjemannskapene",
        hearsay=spans("skal ha"),
        relays=(
            Relay(source=spans("Reuters"), cue=spans("ifølge"), entity="Reuters", source_id="s2"),
            Relay(source=spans("VG"), cue=spans("skriver"), entity="VG", source_id="s3"),
        ),
    ),
    attribution(3, "Det blir ikke streik", entity="Bjørn Ås", source_id="s4", act="think"),
    attribution(4, "båtstreiken er over", source_kind="unstated"),
)

SOURCES = (
    Source(id="s1", name="Åse Øvrebø", type="person", mentions=()),
    Source(id="s2", name="Reuters", type="agency", mentions=(), register="reuters"),
    Source(id="s3", name="Verdens Gang", type="outlet", mentions=(), register="vg"),
    Source(id="s4", name="Bjørn Ås", type="person", mentions=()),
)


def report(name: str, outlet: str | None, published: str | None, **known: object) -> Report:
    article = Article(id=name, text=TEXT, title="Ferga blir stående", outlet=outlet, published=published, file=name)
    return Report(model="test", article=replace(article, **known), attributions=ATTRIBUTIONS, sources=SOURCES)


@pytest.fixture(scope="module")
def archive(new_address: Callable[[], str]) -> Iterator[Archive]:
    """Three articles for all tests here; one that adds more starts anew with ``fill``."""
    with Archive.open(new_address()) as archive:
        fill(archive)
        yield archive


def fill(archive: Archive) -> None:
    archive.add(report("a", "Fjordposten", "2023-03-14"))
    archive.add(report("b", "Utkikk", "2023-02", credit=("NTB", "Reuters", "foto: AFP")))
    archive.add(report("c", "fjordposten", None, credit=("NTB",)))


def ids(archive: Archive, **asked: object) -> set[str]:
    """The attributions found in the article of March 2023."""
    page = archive.search(limit=100, **asked)
    return {finding.attribution.id for finding in page.findings if finding.file == "a"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "STREIK"}, {"a3"}),
        ({"words": "streik*"}, {"a1", "a3"}),
        ({"words": "streiker fredag"}, {"a1"}),
        ({"words": "fredag streiker"}, {"a1"}),
        ({"words": '"fredag streiker"'}, set()),
        ({"words": "«til fre»*"}, {"a1"}),
        ({"words": "båtstreiken"}, {"a4"}),
        ({"words": "BÅTSTREIKEN"}, {"a4"}),
        ({"words": "ba\u030atstreiken"}, {"a4"}),
        ({"words": "batstreiken"}, set()),
        ({"words": "direktøren"}, set()),
        ({"words": "direktøren", "within": "article"}, {"a1", "a2", "a3", "a4"}),
        ({"words": "tv-direktøren stående", "within": "article"}, {"a1", "a2", "a3", "a4"}),
        ({"words": "stående Øvrebø", "within": "article", "act": "think"}, {"a3"}),
        ({"source": "øvrebø"}, {"a1"}),
        ({"source": "ovrebo"}, set()),
        ({"source": "reuters"}, set()),
        ({"relay": "reuters"}, {"a2"}),
        ({"relay": "vg"}, {"a2"}),
        ({"relay": '"verdens gang"'}, {"a2"}),
        ({"relay": "øvrebø"}, set()),
        ({"words": "ja", "source": "ferjemannskapene", "relay": "vg reuters"}, {"a2"}),
        ({"words": "skriver", "source": "ferjemannskapene"}, set()),
        ({"kind": "direct"}, {"a1"}),
        ({"act": "think"}, {"a3"}),
        ({"hearsay": True}, {"a2"}),
        ({"hearsay": False}, {"a1", "a3", "a4"}),
        ({"control": "private"}, {"a2"}),
        ({"control": "state"}, set()),
        ({"outlet": "FJORDPOSTEN", "words": "ja"}, {"a2"}),
        ({"outlet": "Fjord"}, set()),
        ({"since": "2023-03-14", "kind": "direct"}, {"a1"}),
        ({"since": "2023-03-15"}, set()),
        ({"until": "2023-03-14", "kind": "direct"}, {"a1"}),
        ({"until": "2023-03", "kind": "direct"}, {"a1"}),
        ({"until": "2023-02"}, set()),
        ({}, {"a1", "a2", "a3", "a4"}),
    ],
)
@pytest.mark.parametrize("order", ["newest", "best"])
def test_it_is_found_by(archive: Archive, asked: dict[str, object], found: set[str], order: str) -> None:
    assert ids(archive, order=order, **asked) == found


def order_of(findings: tuple[Finding, ...]) -> list[str | None]:
    return list(dict.fromkeys(finding.file for finding in findings))


def test_newest_goes_by_publication_or_else_by_when_it_was_added(archive: Archive) -> None:
    assert order_of(archive.search(limit=100).findings) == ["c", "a", "b"]


def test_best_goes_by_how_well_it_fits(address: str) -> None:
    once = replace(ATTRIBUTIONS[0], content=spans(TEXT))
    with Archive.open(address) as archive:
        fill(archive)
        archive.add(replace(report("d", "Fjordposten", "2099"), attributions=(once,)))
        assert archive.search(words="fredag").findings[0].file == "d"
        assert archive.search(words="fredag", order="best").findings[-1].file == "d"


def test_pages_follow_each_other(archive: Archive) -> None:
    whole = archive.search(limit=100)
    pages = [archive.search(limit=5, offset=offset) for offset in (0, 5, 10)]
    assert sum((page.findings for page in pages), ()) == whole.findings
    assert [page.more for page in pages] == [True, True, False]


def test_a_page_may_be_longer_than_what_is_fetched_at_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = archive.search(limit=100)
    monkeypatch.setattr("kildespor.archive.find.TOGETHER", 5)
    assert archive.search(limit=100) == whole


def test_a_finding_shows_where_it_stands(archive: Archive) -> None:
    finding = archive.search(relay="vg", until="2023-03-14").findings[0]
    assert finding.content == "Ferjemannskapene skal ha sagt ja"
    assert (finding.outlet, finding.published, finding.title) == ("Fjordposten", "2023-03-14", "Ferga blir stående")
    assert (finding.source, finding.relays) == ("Ferjemannskapene", ("Reuters", "VG"))
    assert archive.report(finding.article).attributions[1] == finding.attribution


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"words": "–"}, "–"),
        ({"words": ""}, "no word"),
        ({"source": ""}, "no word"),
        ({"since": "i går"}, "i går"),
        ({"until": "Y1E99999"}, "Y1E99999"),
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
    ],
)
def test_what_cannot_be_asked_is_said(archive: Archive, asked: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        archive.search(**asked)


@pytest.mark.parametrize(
    "words", ["' OR 1=1 --", 'a" OR "b', "a:b", "NEAR(a b)", "a AND", "-a", "^a", "x'y:*", "%", "\\"]
)
def test_signs_mean_nothing_to_the_database(archive: Archive, words: str) -> None:
    try:
        assert ids(archive, words=words) == set()
    except UsageError as error:
        assert words in str(error)


@pytest.mark.parametrize(
    ("query", "told"),
    [({"kind": "dierct"}, "dierct"), ({"wrods": "ferge"}, "wrods"), ({"limit": 0}, "limit"), ({"act": 7}, "int")],
)
def test_what_cannot_be_asked_is_told(archive: Archive, query: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        archive.search(**query)


asked_for = st.one_of(st.text(), st.text(alphabet="ab\"«»* \0'\\:&|!()<->-", max_size=30), st.just("a " * 500))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=asked_for, name=asked_for)
def test_anything_may_be_asked(archive: Archive, words: str, name: str) -> None:
    for ask in (
        lambda: archive.search(words=words, source=name, relay=name),
        lambda: archive.search(words=words, within="article", outlet=name, order="best"),
        lambda: archive.search(since=words),
        lambda: archive.source(name),
        lambda: archive.outlet(name),
        lambda: archive.report(name),
    ):
        try:
            ask()
        except UsageError as error:
            assert str(error)


def test_the_common_word_is_found_in_the_same_order_as_the_rare(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [{"words": "ja"}, {"words": "øvrebø", "within": "article"}, {"source": "åse", "kind": "direct"}]
    rare = [archive.search(**one) for one in asked]
    monkeypatch.setattr("kildespor.archive.match.PROBE", 0)
    assert [archive.search(**one) for one in asked] == rare


def test_a_source_in_figures(archive: Archive) -> None:
    figures = archive.source("Øvrebø")
    assert [(count.name, count.n) for count in figures.names] == [("Åse Øvrebø", 3)]
    assert (figures.attributions, figures.articles, figures.relaying) == (3, 3, 0)
    assert {count.name for count in figures.outlets} == {"Fjordposten", "Utkikk", "fjordposten"}
    assert [finding.attribution.id for finding in figures.page.findings] == ["a1"] * 3
    relayed = archive.source("ferjemannskapene")
    assert {(count.name, count.n) for count in relayed.relays} == {("Reuters", 3), ("VG", 3)}
    assert archive.source("Reuters").relaying == 3


def test_a_source_without_a_name_is_nobody(archive: Archive) -> None:
    with pytest.raises(UsageError, match="no word"):
        archive.source(" ")


def test_an_outlet_in_figures(archive: Archive) -> None:
    figures = archive.outlet("FJORDPOSTEN")
    assert (figures.articles, figures.attributions, figures.hearsay) == (2, 8, 2)
    assert figures.rests_on == {"own": 4, "media": 2, "agency": 0, "nobody": 2}
    assert [(count.name, count.n) for count in figures.credited] == [("NTB", 1)]
    # Who made a picture says nothing of the text.
    assert [count.name for count in archive.outlet("Utkikk").credited] == ["NTB", "Reuters"]
    assert archive.outlet("Ingen").attributions == 0


def test_an_outlet_does_not_rest_on_itself(address: str) -> None:
    with Archive.open(address) as archive:
        archive.add(report("vg", "VG", "2023-03-14"))
        assert archive.outlet("VG").rests_on == {"own": 2, "media": 0, "agency": 1, "nobody": 1}

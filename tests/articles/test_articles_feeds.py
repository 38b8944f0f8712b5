"""RSS, Atom and OPML as they come, sloppy and hostile."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.articles import opml
from kildespor.articles.feeds import Entry, entries
from kildespor.errors import ArticleError, UsageError


def rss(title: str = "Ferga står", link: str = "https://avis.example/1", before: str = "") -> str:
    item = f"<item><title>{title}</title><link>{link}</link><pubDate>Tue, 02 Jan 2024 03:04:05 +0100</pubDate></item>"
    return f'{before}<rss version="2.0"><channel><title>Avisen</title>{item}</channel></rss>'


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://avis.example/nytt/">
<title>Avisen</title><entry><title type="html">Ferga st&amp;aring;r</title><link href="1.html"/><id>urn:1</id>
<published>2024-01-02T03:04:05+01:00</published><updated>{updated}</updated></entry></feed>"""


def only(data: bytes, charset: str | None = None) -> Entry:
    (entry,) = entries(data, name="feed.xml", address="https://avis.example/rss", charset=charset)
    return entry


def test_rss_and_atom() -> None:
    entry = only(rss().encode())
    assert (entry.url, entry.title) == ("https://avis.example/1", "Ferga står")
    assert entry.published == "2024-01-02T02:04:05+00:00"
    atom = only(ATOM.format(updated="2024-01-02T03:04:05Z").encode())
    assert (atom.url, atom.published) == ("https://avis.example/nytt/1.html", "2024-01-02T02:04:05+00:00")


def test_the_digest_changes_with_what_the_feed_says() -> None:
    first, again, later = (only(ATOM.format(updated=f"2024-01-0{day}T03:04:05Z").encode()) for day in (2, 2, 3))
    assert first.digest == again.digest != later.digest


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (rss("Fisk & fangst").encode(), "Fisk & fangst"),
        (rss("<![CDATA[Fisk & fangst]]>").encode(), "Fisk & fangst"),
        (rss("Fisk&nbsp;fangst").encode(), "Fisk fangst"),
        (rss("Ferga\x01 står").encode(), "Ferga står"),
        (rss(before="\n\n<?xml version='1.0'?>").encode(), "Ferga står"),
        (rss(before="<?xml version='1.0' encoding='windows-1252'?>").encode("cp1252"), "Ferga står"),
        (rss().encode("utf-16"), "Ferga står"),
        (rss().encode()[:-20], "Ferga står"),
        (
            rss(before="<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://127.0.0.1:9/rss.dtd'>").encode(),
            "Ferga står",
        ),
    ],
)
def test_feeds_that_break_the_rules_of_xml(data: bytes, title: str) -> None:
    entry = only(data)
    assert (entry.title, entry.url) == (title, "https://avis.example/1")


def test_an_ampersand_in_an_address_and_the_encoding_the_server_names() -> None:
    assert only(rss(link="https://avis.example/?a=1&b=2").encode()).url == "https://avis.example/?a=1&b=2"
    assert only(rss().encode("cp1252"), "windows-1252").title == "Ferga står"
    assert only(rss().encode(), "no-such-encoding").title == "Ferga står"


@pytest.mark.parametrize(
    ("link", "url"),
    [("/2", "https://avis.example/2"), ("javascript:alert(1)", None), ("file:///etc/passwd", None), ("", None)],
)
def test_only_http_addresses_are_given(link: str, url: str | None) -> None:
    assert only(rss(link=link).encode()).url == url


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = [
    rss("&l9;", before=f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'),
    rss("<a z='&l9;'/>", before=f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'),
    rss("&q;" * 50_000, before=f'<!DOCTYPE r [<!ENTITY q "{"A" * 50_000}">]>'),
    rss("&passwd;", before='<!DOCTYPE r [<!ENTITY passwd SYSTEM "file:///etc/passwd">]>'),
    rss("&far;", before='<!DOCTYPE r [<!ENTITY far SYSTEM "http://127.0.0.1:9/">]>'),
    rss(before='<!DOCTYPE r [<!ENTITY % far SYSTEM "http://127.0.0.1:9/x.dtd"> %far;]>'),
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_do_nothing(attack: str, encoding: str) -> None:
    begun = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(ArticleError, match=r"^feed.xml (declares XML entities|is no XML)"):
            list(entries(attack.encode(encoding), name="feed.xml"))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("filling", ["<a>" * 150_000, "<a/>" * 190_000, "<a>" * 3_000_000, "& <![CDATA[" * 190_000])
def test_floods_of_marks_do_no_harm(filling: str) -> None:
    begun = time.monotonic()
    try:
        list(entries(f'<rss version="2.0"><channel>{filling}</channel></rss>'.encode(), name="feed.xml"))
    except ArticleError as error:
        assert "feed.xml has more than 200000 marks" in str(error)
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("data", [b"", b"Ferga", b"/etc/passwd", b"<html><body>Hei</body></html>", b"\xff\xfe\x00"])
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"^feed.xml is no "):
        entries(data, name="feed.xml")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: rss(text, text).encode("utf-8", "replace")))
def test_any_bytes_are_a_feed_or_refused(data: bytes) -> None:
    try:
        found = list(entries(data, name="feed.xml", address="https://avis.example/rss"))
    except ArticleError:
        return
    assert all(entry.url is None or entry.url.lower().startswith(("http://", "https://")) for entry in found)


OPML = """<opml version="2.0"><body><outline text="Aviser"><outline type="rss" xmlUrl="https://a.example/rss"/>
<outline xmlURL=" https://b.example/atom?x=1&y=2 "/></outline><outline xmlUrl="https://a.example/rss"/>
<outline text="tom" xmlUrl=""/></body></opml>"""


def test_an_opml_list_gives_its_feeds_once_each_in_order() -> None:
    assert opml.feeds(OPML.encode(), name="feeds.opml") == ("https://a.example/rss", "https://b.example/atom?x=1&y=2")


def test_an_opml_list_without_feeds_or_with_entities() -> None:
    with pytest.raises(UsageError, match=r"^feeds.opml lists no feeds"):
        opml.feeds(b"<opml/>", name="feeds.opml")
    with pytest.raises(ArticleError, match=r"^feeds.opml declares XML entities"):
        opml.feeds(b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', name="feeds.opml")

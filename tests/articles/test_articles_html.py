"""Saved pages in: invented articles in the layouts that news sites have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.articles import article_from, article_from_bytes
from kildespor.errors import ArticleError, KildesporError

PAGES = Path(__file__).parent / "pages"
PROSE = "<p>Skipperen sier at ferga står i Kråkvågen til søndag, og at ingen om bord er skadet.</p>"

MARKUP = list(
    [
        "<p>",
        "</p>",
        "<br>",
        "<q>",
        "<figure>",
        "<figcaption>",
        "</figure>",
        "<h1>",
        "<div/class=lead>",
        "<li>",
        "&#0;",
        "<!--",
        "-->",
        "<td>",
        "&shy;",
    ]
)
MARKUP += [
    '<script type="application/ld+json">',
    '{"@type":"NewsArticle","headline":1}',
    "</script>",
    "<meta charset=x>",
]
MARKUP += ["<a href=x>", "</a>", "Les også ", "Han sier at det er slik, ifølge VG. "]


def page(body: str, head: str = "", attributes: str = "") -> bytes:
    marks = '<meta charset="utf-8"><meta property="og:type" content="article">'
    return f"<!doctype html><html {attributes}><head>{marks}{head}</head><body>{body}</body></html>".encode()


def test_a_newspaper_page_keeps_its_article_in_order_and_nothing_else() -> None:
    article = article_from(PAGES / "nettavis.html")
    assert article.text.split("\n\n") == [
        "Ordføreren i Kråkvågen går av",
        "Etter tre uker med bråk om havneplanene trekker Tor Aune seg, ifølge Havnebladet.",
        "SLITEN: Tor Aune på trappa til rådhuset onsdag. Foto: Siv Ness / NTB",
        "– Jeg orker ikke mer, sier Tor Aune (Ap) til Havnebladet.",
        "Avgjørelsen skal ha vært tatt allerede i helgen. Det opplyser to kilder i kommunestyret.",
        "Vil ikke svare",
        "Varaordfører Grete Moe vil ikke svare på hvem som tar over.",
        "– Vi skal finne en løsning.",
        "– Vi skal finne en løsning, sier hun.\nPartiet møtes torsdag kveld.",
        "Havna skal koste 400 millioner kroner.",
        "Byggestart var ventet i mai.",
        "Slik skulle den nye havna se ut. Illustrasjon: Kystplan",
        "Aune ble valgt i 2019. Ifølge Havnebladet, som først meldte om saken, går han tilbake til jobben som lærer "
        "ved Kråkvågen skole til høsten.",
        "(©NTB)",
    ]


def test_a_newspaper_page_says_what_it_is() -> None:
    article = article_from(PAGES / "nettavis.html")
    assert article.title == "Ordføreren i Kråkvågen går av"
    assert (article.outlet, article.byline) == ("Fjordposten", "Kari Lind")
    assert article.url == "https://fjordposten.example/nyheter/i/8Xk2/ordfoereren-gaar-av"
    assert (article.published, article.language) == ("2024-03-14T10:21:07+01:00", "nob")
    assert article.credit == ("NTB", "foto: NTB")
    assert article.file == str(PAGES / "nettavis.html")


def test_options_win_over_the_page() -> None:
    article = article_from(
        PAGES / "nettavis.html", outlet="Arkivet", published="2024", language="nno", url="https://a.example/1"
    )
    assert (article.outlet, article.published) == ("Arkivet", "2024")
    assert (article.language, article.url) == ("nno", "https://a.example/1")


def test_a_page_put_together_by_scripts_is_read_from_its_description() -> None:
    article = article_from(PAGES / "jsonld_only.html")
    paragraphs = article.text.split("\n\n")
    assert paragraphs[0] == article.title == "Fann gullmynt under låven"
    assert paragraphs[2] == "– Eg trudde det var ein kronkork, seier Nils Haugen til avisa."
    assert len(paragraphs) == 4
    assert (article.outlet, article.byline, article.published) == ("Bygdebladet", "Idar Moen", "2023-11-02")
    assert (article.language, article.url) == ("nno", "https://bygdebladet.example/gullmynt")


def test_a_latin_1_page_with_open_graph_tags_only() -> None:
    article = article_from(PAGES / "og_only.html")
    assert article.text.startswith(
        "Mand reddet op af havnen\n\nHan skulle være faldet i efter en fest.\n\nEn 34-årig mand blev"
    )
    assert "Borgmesteren afviser" not in article.text
    assert article.text.endswith("\n\n/ritzau/")
    assert (article.outlet, article.published) == ("Sundby Avis", "2024-01-05T07:15:00+01:00")
    assert (article.credit, article.byline, article.language) == (("Ritzau",), None, "dan")


def test_an_aggregator_that_sets_paragraphs_with_line_breaks() -> None:
    article = article_from(PAGES / "aggregator.html")
    paragraphs = article.text.split("\n\n")
    assert paragraphs[:2] == ["Nordstål varslar 300 anställda", "Källa: Börsbladet"]
    assert [paragraph[:12] for paragraph in paragraphs[2:]] == [
        "Stålbolaget ",
        "Enligt facke",
        "Bolagets akt",
        "Nordstål har",
    ]
    assert "storbank" not in article.text
    assert article.language is None


def test_a_flash_of_one_sentence_is_an_article() -> None:
    article = article_from(PAGES / "flash.html")
    assert article.text == (
        "Jordskjelv i Sorvenia\n\nEt kraftig jordskjelv skal ha rammet Sorvenia natt til lørdag, melder AFP."
    )
    assert (article.credit, article.byline, article.language) == (("NTB", "AFP"), None, None)


def test_a_lead_outside_the_frame_is_kept_and_that_of_another_article_is_not() -> None:
    body = f"<article>{PROSE}{PROSE.replace('Skipperen', 'Maskinisten')}</article>"
    lead = '<div class="ingress">Ferga tok bunnen ved middagstid.</div>'
    heading = "<h1>Ferga står</h1>"
    paragraphs = article_from_bytes(page(f"<header>{heading}{lead}</header>{body}")).text.split("\n\n")
    assert paragraphs[:2] == ["Ferga står", "Ferga tok bunnen ved middagstid."]
    assert len(paragraphs) == 4
    teaser = f'<div class="teaser"><a href="/2">{lead}</a></div>'
    assert "bunnen" not in article_from_bytes(page(f"<header>{heading}</header>{body}{teaser}")).text


@pytest.mark.parametrize("name", ["frontpage.html", "consent_wall.html"])
def test_a_page_with_no_article_in_it_is_refused_by_name(name: str) -> None:
    with pytest.raises(ArticleError, match=f"{name}: there is no article in this page"):
        article_from(PAGES / name)


@pytest.mark.parametrize(
    "data", [b"<!doctype html>", b"<html></html>", b"<html>\0\0", b"<html><body><script>x</script>"]
)
def test_empty_pages_are_refused(data: bytes) -> None:
    with pytest.raises(ArticleError, match="no article in this page"):
        article_from_bytes(data)


@pytest.mark.parametrize(
    "opening", [b"", b"\xef\xbb\xbf", b"\n\n", b"<!-- saved from url -->\n", b"<?xml version='1.0'?>\n"]
)
def test_html_is_told_from_text_by_its_opening(opening: bytes) -> None:
    assert article_from_bytes(opening + page(f"<article>{PROSE}</article>")).text.startswith("Skipperen sier")


def test_utf_16_pages_and_pages_declared_as_latin_1_but_written_in_windows_1252() -> None:
    text = "– Vi venter, sier skipperen på ferga. Han har ikke sett noe til redningsskøyta ennå."
    html = f"<html><head><meta charset='iso-8859-1'></head><body><article><p>{text * 3}</p></article></body></html>"
    assert article_from_bytes(html.encode("cp1252")).text == text * 3
    assert article_from_bytes(html.encode("utf-16")).text == text * 3


def test_text_that_only_mentions_markup_is_text() -> None:
    text = "Bruk <p> for avsnitt, sier Ola Berg.\n"
    assert article_from_bytes(text.encode()).text == text


def test_soft_hyphens_are_typesetting_and_drawn_quotation_marks_are_text() -> None:
    body = "<h1>Stor&shy;tings&shy;valget</h1><p>Hun sa <q>nei takk</q> til dem alle, skriver Fjordposten.</p>"
    article = article_from_bytes(page(f"<article>{body}</article>"))
    assert article.title == "Stortingsvalget"
    assert article.text == "Stortingsvalget\n\nHun sa “nei takk” til dem alle, skriver Fjordposten."


def test_links_are_their_words() -> None:
    linked = '<p>Det skriver <a href="https://vg.example/1">VG</a>, som <em>siterer</em> <b>TASS</b>.</p>'
    assert article_from_bytes(page(f"<article>{PROSE}{linked}</article>")).text.endswith(
        "Det skriver VG, som siterer TASS."
    )


def test_repeated_paragraphs_are_not_lost() -> None:
    quote = "<blockquote>– Dette er en skandale som noen må svare for, før eller siden.</blockquote>"
    text = article_from_bytes(
        page(f"<article>{PROSE}{quote}{PROSE.replace('Skipperen', 'Maskinisten')}{quote}</article>")
    ).text
    assert text.count("skandale") == 2


def test_a_caption_without_figcaption_and_one_with_several_lines() -> None:
    figures = (
        '<figure><img src="a"><p class="bildetekst">Kaia i går.</p></figure>'
        '<figure><img src="b"><figcaption><p>Skipper Ola Berg.</p><span>Foto: Siv Ness</span></figcaption></figure>'
    )
    text = article_from_bytes(page(f"<article>{PROSE}{figures}{PROSE}</article>")).text
    assert text.split("\n\n")[1:4] == ["Kaia i går.", "Skipper Ola Berg.", "Foto: Siv Ness"]


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ('lang="nb"', "", "nob"),
        ('lang="nn-NO"', "", "nno"),
        ('lang="no"', "", None),
        ('lang="no"', '<meta property="og:locale" content="nn_NO">', "nno"),
        ('lang="sv"', "", "swe"),
        ('lang="en"', "", None),
        ('lang="en-GB"', '<meta property="og:locale" content="en_GB">', "eng"),
        ('lang="nb"', '<meta property="og:locale" content="da_DK">', None),
        ('lang="fi"', "", None),
        ("", "", None),
    ],
)
def test_the_language_is_taken_where_the_page_leaves_one_open(attributes: str, head: str, language: str | None) -> None:
    assert article_from_bytes(page(f"<article>{PROSE}</article>", head, attributes)).language == language


@pytest.mark.parametrize(
    ("script", "outlet", "byline"),
    [
        ('{"@type":"NewsArticle","author":"Ola Moe","publisher":{"name":"VG"}}', "VG", "Ola Moe"),
        ('{"@type":"NewsArticle","author":[{"name":"Ola Moe"},{"name":"Li Berg"}]}', None, "Ola Moe, Li Berg"),
        (
            '{"@graph":[{"@type":"NewsArticle","author":{"@id":"#o"},"publisher":{"@id":"#v"}},'
            '{"@id":"#o","name":"Ola Moe"},{"@id":"#v","name":"VG"}]}',
            "VG",
            "Ola Moe",
        ),
        ('{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","publisher":"VG"}}', "VG", None),
        ('{"@type":"NewsArticle","author":{"name":null},"publisher":[]}', None, None),
        ('{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","publisher":"VG"}]}', None, None),
        ('{"@type":"NewsArticle", broken', None, None),
    ],
)
def test_the_forms_of_a_description(script: str, outlet: str | None, byline: str | None) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    article = article_from_bytes(page(f"<article>{PROSE}</article>", head))
    assert (article.outlet, article.byline) == (outlet, byline)


@given(st.lists(st.sampled_from(MARKUP), max_size=40))
def test_any_markup_gives_an_article_or_a_clear_error(parts: list[str]) -> None:
    try:
        article = article_from_bytes(("<html>" + "".join(parts)).encode())
    except KildesporError:
        return
    assert article.text.strip()

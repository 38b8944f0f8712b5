"""Plain text in: encodings, offsets, the date mark, the headline, options, and what is refused."""

import codecs
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.articles import article_from, article_from_bytes
from kildespor.errors import ArticleError, KildesporError, UsageError
from kildespor.model import Article

NEWS = "Ferga står i Kråkvågen\n\nSkipperen sier at «Sølvøy» går først på søndag – kanskje.\nDet skriver VG.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_same_text_comes_out_of_every_known_encoding(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "sak.txt"
    file.write_bytes(NEWS.encode(encoding))
    assert article_from(file).text == NEWS


def test_latin_1_and_big_endian_utf_16_are_recognised() -> None:
    latin = NEWS.replace("–", "-")
    assert article_from_bytes(latin.encode("latin-1")).text == latin
    assert article_from_bytes(codecs.BOM_UTF16_BE + NEWS.encode("utf-16-be")).text == NEWS


def test_line_ends_stay_as_they_are() -> None:
    text = "Ferga står\r\n\r\nHan sier\rat den går.\n"
    assert article_from_bytes(text.encode()).text == text


@pytest.mark.parametrize(
    ("opening", "published"),
    [("date 2023-03 ", "2023-03"), ("date 2023-03-14\n\n", "2023-03-14"), ("\ufeffdate 2023-03-14 ", "2023-03-14")],
)
def test_a_date_mark_is_the_time_and_no_text(opening: str, published: str) -> None:
    article = article_from_bytes((opening + NEWS).encode())
    assert (article.published, article.text) == (published, NEWS)
    assert article.title == "Ferga står i Kråkvågen"


@pytest.mark.parametrize(
    "opening", ["date 2023-13 ", "date 2023-02-30 ", "date 2023 ", "date 2023-03: ", "Date 2023-03 "]
)
def test_what_only_resembles_a_date_mark_stays_text(opening: str) -> None:
    article = article_from(opening + NEWS)
    assert (article.published, article.text) == (None, opening + NEWS)


def test_told_time_goes_before_the_mark_which_is_cut_all_the_same() -> None:
    article = article_from("date 2023-03 " + NEWS, published="2023-03-14")
    assert (article.published, article.text) == ("2023-03-14", NEWS)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (NEWS, "Ferga står i Kråkvågen"),
        ("– Vi vinner!\n\nDet sier Berg.", "– Vi vinner!"),
        ("SVT: Ministern avgår\nDet blir val.", "SVT: Ministern avgår"),
        ("Ferga står i Kråkvågen.\n\nDet sier Berg.", None),
        ("Han sa «nei».\n\nDet sier Berg.", None),
        ("Vet du det?\nDet vet ikke Berg.", None),
        ("Bare én linje uten noe etter", None),
        ("ord " * 40 + "\n\nDet sier Berg.", None),
    ],
)
def test_a_short_opening_line_is_the_title_and_stays_in_the_text(text: str, title: str | None) -> None:
    article = article_from(text)
    assert (article.title, article.text) == (title, text)


def test_a_megabyte_of_text_is_taken() -> None:
    text = "– Ferga går ikke, sier skipper Ola Berg til VG. (NTB)\n" * 20_000
    assert len(article_from_bytes(text.encode()).text) > 1_000_000


def test_credit_and_byline_are_found_and_the_text_keeps_them() -> None:
    text = "Ferga står\n\nAv Ola Nordmann, Reuters\n\nDen går ikke. (©NTB)\n"
    article = article_from(text)
    assert (article.byline, article.credit, article.text) == ("Ola Nordmann", ("Reuters", "NTB"), text)


def test_options_are_kept_and_language_codes_mapped() -> None:
    article = article_from(
        NEWS, outlet="Fjordposten", language="nn", url="https://f.example/1", published="2023-03-14/2023-03-15"
    )
    assert (article.outlet, article.language, article.url) == ("Fjordposten", "nno", "https://f.example/1")
    assert article.published == "2023-03-14/2023-03-15"
    assert article_from(NEWS).language is None
    assert [article_from(NEWS, language=code).language for code in ("nb", "no", "da", "sv", "en")] == [
        "nob",
        "nob",
        "dan",
        "swe",
        "eng",
    ]


def test_an_article_passes_through_with_options_filled_in() -> None:
    article = Article(id="x1", text=NEWS, outlet="Fjordposten", language="nob")
    assert article_from(article) == article
    assert article_from(article, outlet="VG", published="2023") == msgspec.structs.replace(
        article, outlet="VG", published="2023"
    )


def test_identity_is_of_the_content() -> None:
    first = article_from(NEWS, outlet="VG")
    assert first.id == article_from_bytes(NEWS.encode("cp1252"), file="a.txt", outlet="VG").id
    assert len({first.id, article_from(NEWS).id, article_from(NEWS + " ", outlet="VG").id}) == 3


@pytest.mark.parametrize(
    "published", ["14.3.2023", "mars 2023", "2023-13", "2023-02-31", "2023-02-29", "2084-X1X-03", "/..", ""]
)
def test_a_bad_time_is_refused_with_an_example(published: str) -> None:
    with pytest.raises(UsageError, match="2023-03-14"):
        article_from(NEWS, published=published)


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"“fi”.*nob.*swe"):
        article_from(NEWS, language="fi")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"borte\.txt: there is no such file"):
        article_from(tmp_path / "borte.txt")
    with pytest.raises(UsageError, match="is a folder"):
        article_from(tmp_path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"date 2023-03\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        (bytes(range(1, 32)) * 9, "binary data"),
        (NEWS.encode("utf-16-le"), "binary data"),
        (b"%PDF-1.7\n1 0 obj", "a PDF"),
        (b"PK\x03\x04rest", "a Word"),
        ("Министр ушёл в отставку, сообщает агентство".encode("cp1251"), "unknown encoding"),
        ("Министр ушёл в отставку".encode("koi8-r"), "unknown encoding"),
        ("大臣が辞任すると通信社が伝えた。".encode("shift-jis"), "unknown encoding"),
        (NEWS.encode("mac-roman"), "unknown encoding"),
        ("Skøyta står på grunn".encode("cp850"), "unknown encoding"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
    ],
)
def test_what_is_no_readable_text_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(ArticleError, match=f"^sak.txt.*{says}") as refused:
        article_from_bytes(data, file="sak.txt")
    assert "\n" not in str(refused.value)


def test_half_characters_are_refused() -> None:
    with pytest.raises(ArticleError, match="surrogates"):
        article_from("Ferga \udce5 går ikke")


@given(st.binary(max_size=300))
def test_any_bytes_give_an_article_or_a_clear_error(data: bytes) -> None:
    try:
        article = article_from_bytes(data)
    except KildesporError:
        return
    assert article.text.strip()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.sampled_from(["\n", "\r\n", "\r"]))
def test_offsets_fit_the_decoded_file(line: str, end: str) -> None:
    file = f"Ferga står{end}{line}{end}{line}"
    article = article_from_bytes(file.encode("utf-8-sig"))
    assert article.text == file


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_given_as_text_is_never_changed(text: str) -> None:
    try:
        kept = article_from(text).text
    except KildesporError:
        return
    assert kept in (text, text.removeprefix("\ufeff")) or text.removeprefix("\ufeff").startswith("date ")

"""Expressions of time: the table of expressions, the annotated articles, and what must hold for any text."""

import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from kildespor.dates import find_dates
from kildespor.model import Language, Span

DATA = Path(__file__).parent / "data" / "dates"
LANGUAGES: tuple[Language, ...] = ("nob", "nno", "dan", "swe", "eng")
PUBLISHED = "2023-03-15"


class Example(Struct, frozen=True):
    """A text with its expressions, each a span and an EDTF value."""

    name: str
    language: Language
    published: str | None
    text: str
    expected: tuple[tuple[Span, str], ...]


def table() -> Iterator[Example]:
    for half in ("expressions_first.toml", "expressions_second.toml"):
        for row in tomllib.loads((DATA / half).read_text(encoding="utf-8"))["row"]:
            pieces = re.split(r"[{}]", row["text"])
            starts = [sum(map(len, pieces[:n])) for n in range(1, len(pieces), 2)]
            spans = [(start, start + len(piece)) for start, piece in zip(starts, pieces[1::2], strict=True)]
            expected = tuple(zip(spans, row["is"], strict=True))
            yield Example(row["text"], row["lang"], row.get("published", PUBLISHED), "".join(pieces), expected)


def articles() -> Iterator[Example]:
    for article in tomllib.loads((DATA / "written.toml").read_text(encoding="utf-8"))["article"]:
        text = (DATA / "articles" / article["file"]).read_text(encoding="utf-8")
        expected, position = [], 0
        for context, edtf in article["dates"]:
            before, expression, after = re.split(r"[{}]", context)
            start = text.index(before + expression + after, position) + len(before)
            position = start + len(expression)
            expected.append(((start, position), edtf))
        yield Example(article["file"], article["file"][:3], article["published"], text, tuple(expected))


def precision_and_recall(examples: Iterator[Example]) -> tuple[float, float, int]:
    """A date is right when it overlaps an expected expression and has its value; each counts once."""
    right = found = wanted = 0
    for example in examples:
        left = list(find_dates(example.text, published=example.published, language=example.language))
        found += len(left)
        wanted += len(example.expected)
        for (start, end), edtf in example.expected:
            hit = next((d for d in left if d.span[0] < end and start < d.span[1] and d.edtf == edtf), None)
            if hit:
                left.remove(hit)
                right += 1
    return right / found, right / wanted, wanted


def test_table_of_expressions() -> None:
    precision, recall, wanted = precision_and_recall(table())
    assert wanted >= 150
    assert precision >= 0.95
    assert recall >= 0.85


def test_annotated_articles() -> None:
    precision, recall, wanted = precision_and_recall(articles())
    assert wanted >= 100
    assert precision >= 0.95
    assert recall >= 0.95


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_in_the_table(language: Language) -> None:
    assert sum(len(example.expected) for example in table() if example.language == language) >= 20


def test_expected_values_are_edtf() -> None:
    for example in [*table(), *articles()]:
        for _, edtf in example.expected:
            assert str(parse_edtf(edtf)) == edtf


def values(text: str, published: str | None = PUBLISHED, language: Language = "nob") -> list[str]:
    return [date.edtf for date in find_dates(text, published=published, language=language)]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("De møttes mandag.", "2023-03-13"),
        ("De skal møtes mandag.", "2023-03-20"),
        ("Hun skal ha blitt forgiftet mandag.", "2023-03-13"),
        ("Laget skal ha gruppemøte mandag.", "2023-03-20"),
        ("Lørdag arrangerer klubben basar.", "2023-03-18"),
        ("Lørdag arrangerte klubben basar.", "2023-03-11"),
    ],
)
def test_the_verb_tells_past_from_future(text: str, edtf: str) -> None:
    assert values(text) == [edtf]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2023-03-15", ["2023-03-13", "2022", "2006"]),
        ("2023-03", ["[2023-03-06, 2023-03-13, 2023-03-20, 2023-03-27]", "2022", "2006"]),
        ("2023", None),
        (None, ["2006"]),
        ("i fjor en gang", ["2006"]),
    ],
)
def test_what_is_known_of_publication_decides(published: str | None, expected: list[str] | None) -> None:
    found = values("Det sa han mandag. I fjor og i 2006 var det annerledes.", published)
    if expected is None:
        assert found[0].startswith("[2023-01-02, 2023-01-09") and found[1:] == ["2022", "2006"]
    else:
        assert found == expected


def test_a_clock_time_is_of_the_day_just_named() -> None:
    assert values("Lørdag kveld smalt det. Politiet rykket ut klokken 22.10.") == ["2023-03-11", "2023-03-11T22:10:00"]


def test_a_clock_time_of_an_unknown_day_keeps_the_days() -> None:
    assert values("Klokken 20.25 gikk alarmen.", "2023-03") == ["2023-03-XX"]


def test_nothing_to_count_from_is_left_out() -> None:
    assert values("Året etter døde han, i en alder av 27 år.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Ring 22 33 44 55 eller 2010 2011.",
        "Kampen endte 3-2 (1-1), og 14.3 prosent så på.",
        "Se § 3-4 og punkt 12.5 i sak 2023/118.",
        "Prisen gikk fra 1990 kroner til 2010 kroner.",
        "Hver mandag møtes de.",
        "Klanen fikk kl-merket grad; Mai og August lo.",
        "En mann i 60-årene bor i vår bygd.",
    ],
)
def test_numbers_and_names_are_no_dates(text: str) -> None:
    assert values(text) == []


WORDS = """
    mandag tirsdag kveld natt til i går fjor neste uke 14. 31. 29. februar mars mai 2023 2024 0999 1814 fra mellom og –
    - kl. klokken 24.00 10.12 for tre 9999 år siden om uker dagen etter året påske nyttår siste de 90-tallet 1990-tallet
    skal kom . , Monday May 3 3/4/2023 last next three weeks ago the 1800s i måndags våras 1990'erne Q2 2. kvartal
    første halvår hver rundt 1950 2023-02-29 2023-02-28 senere to dager hundre timer tiår sommer helgen samme dag
"""
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=25).map(" ".join))
PUBLICATIONS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S")),
    st.sampled_from(
        [
            "2023",
            "2023-03",
            "2023-03-XX",
            "199X",
            "2023~",
            "1000-01-01",
            "2999-12-31",
            "2023-21",
            "../2023",
            "0001",
            "9999",
        ]
    ),
)


@settings(max_examples=250, deadline=None)
@given(TEXTS, PUBLICATIONS, st.sampled_from(LANGUAGES))
def test_any_text_gives_ordered_spans_and_edtf(text: str, published: str | None, language: Language) -> None:
    end = 0
    for date in find_dates(text, published=published, language=language):
        assert end <= date.span[0] < date.span[1] <= len(text)
        end = date.span[1]
        assert str(parse_edtf(date.edtf)) == date.edtf


def test_time_grows_with_the_text_alone() -> None:
    article = (DATA / "articles" / "nob__syn-b04.txt").read_text(encoding="utf-8")

    def seconds(copies: int) -> float:
        start = time.process_time()
        find_dates(article * copies, published="2024-01-31", language="nob")
        return time.process_time() - start

    seconds(1)
    assert min(seconds(80) for _ in range(3)) < 40 * min(seconds(8) for _ in range(3)) / 2

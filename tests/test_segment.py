"""Text into paragraphs, sentences and words, and how they are quoted."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.language.segment import opens_with_dash, paragraphs, quoted, segment, sentences

NEWSLIKE = st.text(alphabet=st.sampled_from("ab Æø.!?…,:;«»„“”\"'’()–—-\n\r\t1 2\u00a0\u2028"), max_size=200)


def parts(text: str) -> list[str]:
    return [text[s:e] for s, e in sentences(text, (0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Han kom. Hun gikk.", ["Han kom.", "Hun gikk."]),
        ("Møtet var kl. 10.12 mandag. Så gikk de.", ["Møtet var kl. 10.12 mandag.", "Så gikk de."]),
        ("Dr. Hansen bor i St. Olavs gate 5. Han sover.", ["Dr. Hansen bor i St. Olavs gate 5.", "Han sover."]),
        ("Den 3. mars kom Kari A. Li. Hun lo.", ["Den 3. mars kom Kari A. Li.", "Hun lo."]),
        ("«Vi vant!» ropte han. «Ja.»", ["«Vi vant!» ropte han.", "«Ja.»"]),
        ("Er det sant? Ja! Kanskje …", ["Er det sant?", "Ja!", "Kanskje …"]),
        ("Bl.a. derfor sa hun nei.", ["Bl.a. derfor sa hun nei."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize("mark", ["«Ja»", "„Ja“", "„Ja”", "“Ja”", "”Ja”", '"Ja"'])
def test_every_kind_of_quotation_mark_quotes(mark: str) -> None:
    text = f"Han sa {mark} og gikk."
    assert [text[s:e] for s, e in quoted(text, (0, len(text)))] == [mark]


def test_an_unclosed_mark_quotes_no_further_than_its_paragraph() -> None:
    text = 'Han sa "ja og gikk.\nHun kom.'
    layout = segment(text).layout
    words = segment(text).words
    quoted_words = [text[s:e] for (s, e), row in zip(words, layout, strict=True) if row[1] & 1]
    assert quoted_words == ['"', "ja", "og", "gikk", "."]


@pytest.mark.parametrize("dash", "–—―‒−-")
def test_every_kind_of_dash_opens_a_turn(dash: str) -> None:
    assert opens_with_dash(f"{dash} Vi er klare.", (0, 15))
    assert not opens_with_dash(f"Vi er {dash} klare.", (0, 15))


@given(st.one_of(NEWSLIKE, st.text(max_size=200)))
def test_any_text_segments_into_words_inside_sentences_inside_paragraphs(text: str) -> None:
    s = segment(text)
    assert list(s.paragraphs) == list(paragraphs(text))
    for spans in (s.paragraphs, s.sentences, s.words):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for (start, end), sentence, paragraph in zip(s.words, s.sentence, s.paragraph, strict=True):
        assert s.sentences[sentence][0] <= start < end <= s.sentences[sentence][1]
        assert s.paragraphs[paragraph][0] <= start < end <= s.paragraphs[paragraph][1]
    covered = "".join(text[start:end] for start, end in s.words)
    assert covered == "".join(text.split())
    assert (np.diff(s.sentence) >= 0).all() and (np.diff(s.paragraph) >= 0).all()
    assert s.layout.shape == (len(s.words), 3)

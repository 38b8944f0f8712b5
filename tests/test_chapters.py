"""A text longer than articles are is read a chapter at a time; nobody who uses the report can tell where one ends."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kildespor import read
from kildespor.chapters import CHAPTER, Part, bound, chapters
from kildespor.model import Source

WRITTEN = sorted((Path(__file__).parent.parent / "evaluation" / "written").glob("*.txt"))


@given(st.lists(st.sampled_from(["Ord. ", "ord", "\n", " ", "Et langt ord til. " * 400, "x" * 9_000]), max_size=40))
def test_chapters_tile_the_text_and_none_is_longer_than_a_chapter(pieces: list[str]) -> None:
    text = "".join(pieces)
    cut = chapters(text)
    assert "".join(text[start:end] for start, end in cut) == text
    assert all(end - start <= CHAPTER for start, end in cut)


def test_an_article_is_one_chapter() -> None:
    assert all(len(chapters(path.read_text(encoding="utf-8"))) == 1 for path in WRITTEN)


def test_a_chapter_opens_a_paragraph_where_it_can_else_a_sentence() -> None:
    paragraphs = "Ministeren sier nei. Det er alt.\n" * 1500
    assert all(start == 0 or paragraphs[start - 1] == "\n" for start, _ in chapters(paragraphs))
    sentences = "Ministeren sier nei. Det er alt. " * 1500
    assert all(sentences[start].isupper() for start, _ in chapters(sentences))


def test_the_report_of_a_long_text_is_as_one() -> None:
    quote = "– Vi har aldri sett noe liknende, sier brannsjef Kari Lindås.\n"
    filling = "Brannen brøt ut natt til mandag i en lagerbygning på Nordnes i Bergen.\n" * (CHAPTER // 60)
    report = read(quote + filling + quote, language="nob")
    first, last = report.attributions[0], report.attributions[-1]
    assert report.article.text[slice(*last.content[0])] == report.article.text[slice(*first.content[0])]
    assert last.content[0][0] > CHAPTER
    assert [a.id for a in report.attributions] == [f"a{n}" for n in range(1, len(report.attributions) + 1)]
    (lindås,) = [s for s in report.sources if s.name == "Kari Lindås"]
    assert {first.source_id, last.source_id} == {lindås.id}
    assert (lindås.direct, len({start > CHAPTER for start, _ in lindås.mentions})) == (2, 2)


def test_a_source_of_two_chapters_is_had_through_the_relays_of_both() -> None:
    def part(*through: str) -> Part:
        return Part((), (Source(id="s1", name="Kari Li", type="person", mentions=((0, 7),), through=through),), ())

    (li,) = bound([(0, part("VG", "NTB")), (100, part("NTB", "NRK"))]).sources
    assert li.through == ("VG", "NTB", "NRK")

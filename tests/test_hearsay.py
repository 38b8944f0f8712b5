"""Marks of hearsay: those that words alone give, and whose they are when several findings have one."""

from hypothesis import given
from hypothesis import strategies as st
from scored import Said, scored

from kildespor.attribution.attribute import attribute
from kildespor.attribution.hearsay import marked_words, marks, marks_within
from kildespor.attribution.scorer import Scored
from kildespor.model import Attribution


def found(article: Scored) -> tuple[Attribution, ...]:
    return tuple(f.attribution for f in attribute(article, "nob"))


def test_a_word_that_can_only_mark_hearsay_does_where_the_model_is_silent() -> None:
    text = "Klubben skriver at overgangen «angivelig» er avtalt."
    article = scored(
        text, [Said(anchor="skriver", content="overgangen «angivelig» er avtalt", cue="skriver", source="Klubben")]
    )
    (a,) = found(article)
    assert [text[s:e] for s, e in a.hearsay] == ["angivelig"]


def test_a_mark_within_a_smaller_content_is_not_the_outer_ones() -> None:
    text = "Avisen skriver at Li sier at Berg visstnok er syk."
    outer, inner = ((18, 49),), ((29, 49),)
    assert marks_within(marks(text), outer, [outer, inner]) == ()
    assert marks_within(marks(text), inner, [outer, inner]) == ((34, 42),)


def test_duty_and_plan_are_no_marks() -> None:
    assert marks("Møtet skal ha åpnet klokken ti, og alle skal møte.") == ()


def test_each_mark_is_the_surest_findings() -> None:
    article = scored(
        "Byen skal ha avvist tilbudet.",
        [
            Said(anchor="avvist", content="tilbudet", cue="avvist", source="Byen", hearsay="skal ha", score=0.6),
            Said(anchor="skal", content="Byen skal ha avvist tilbudet", hearsay="skal ha", source_kind="unstated"),
        ],
    )
    assert [bool(a.hearsay) for a in found(article)].count(True) == 1


@given(st.text())
def test_marks_stay_inside_any_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in marks(text))


@given(st.text(alphabet="angivelig sto\n", min_size=1))
def test_marked_words_are_words(text: str) -> None:
    article = scored(text, [])
    assert all(word < len(article.encoded.segments.words) for word in marked_words(article))

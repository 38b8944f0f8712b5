"""Choosing who a source is: nouns and their forms, first names, and the fit of the weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored import TAGS, Said, scored

from kildespor.attribution.attribute import attribute
from kildespor.sources.entity import Resolver
from kildespor.sources.evidence import gender
from kildespor.sources.people import people
from kildespor.sources.phrases import ends_compound, head_noun, same_noun, singular_of
from kildespor.sources.ranking import Ranking, shipped_ranking
from kildespor.sources.register import shipped_register
from training.ranking import KINDS, Row, fit, is_right


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("stiftelse", "stiftelsen", True),
        ("kilder", "kilden", True),
        ("ordførar", "ordføraren", True),
        ("avis", "avisa", True),
        ("byråd", "byrået", False),
        ("en", "et", False),
    ],
)
def test_forms_of_one_noun(one: str, other: str, same: bool) -> None:
    assert same_noun(one, other) is same_noun(other, one) is same


@pytest.mark.parametrize(
    ("noun", "compound", "ends"),
    [
        ("retten", "herredsrett", True),
        ("direktoratet", "miljødirektoratet", True),
        ("retten", "retten", False),
        ("laget", "lagerhus", False),
    ],
)
def test_the_last_part_of_a_compound(noun: str, compound: str, ends: bool) -> None:
    assert ends_compound(noun, compound) is ends


@pytest.mark.parametrize(
    ("noun", "title", "one"),
    [
        ("eksperten", "reiselivsekspert", True),
        ("dekanen", "dekan", True),
        ("eksperter", "reiselivsekspert", False),
        ("ekspertene", "ekspert", False),
        ("en", "lagen", False),
    ],
)
def test_the_singular_of_a_title(noun: str, title: str, one: bool) -> None:
    assert singular_of(noun, title) is one


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [
        ("en talsmann for departementet", "talsmann"),
        ("LO-leder i Oslo", "leder"),
        ("legen, en nabo", "legen"),
        ("", ""),
    ],
)
def test_the_noun_that_heads_a_phrase(phrase: str, noun: str) -> None:
    assert head_noun(phrase) == noun


@given(st.text(), st.text())
def test_any_words_can_be_compared(one: str, other: str) -> None:
    assert same_noun(one, one)
    assert same_noun(one, other) == same_noun(other, one)
    assert isinstance(ends_compound(one, other), bool)
    assert isinstance(singular_of(one, other), bool)
    assert isinstance(head_noun(one), str)


def test_a_first_name_tells_the_pronoun_unless_both_bear_it() -> None:
    assert (gender("Silje"), gender("Ola"), gender("Ola-Qx"), gender("Qx")) == ("she", "he", "he", None)


def test_the_annotated_entity_is_not_where_it_is() -> None:
    assert is_right("gjester i Dublin", "gjester")
    assert not is_right("gjester i Dublin", "Dublin")
    assert not is_right(None, "Dublin")


def test_the_fit_learns_what_tells_the_right_candidate() -> None:
    choices = [Row(kind, [{"near": 1.0}, {"coreferent": 1.0}], [False, True]) for kind in KINDS for _ in range(20)]
    fitted = fit(choices)
    for kind in KINDS:
        assert fitted.weights[kind]["coreferent"] > fitted.weights[kind]["near"]
        assert fitted.best(kind, [{"near": 1.0}, {"coreferent": 1.0}]) == 1


def test_a_ranking_decides_among_the_candidates() -> None:
    article = scored(
        "Kari Li møtte Ola Moe. – Fint, lød svaret.",
        [Said(anchor="– Fint", content="– Fint", kind="direct")],
        {"Kari Li": "PER", "Ola Moe": "PER"},
    )
    resolver = Resolver(attribute(article, "nob"), people(article, TAGS), "nob", shipped_register())
    assert resolver.entities(Ranking({"quote": {"type PER": 9.0, "words": 1.0}})) == ("Ola Moe",)
    assert resolver.entities(Ranking({"quote": {"type PER": 9.0, "words": -1.0}})) == ("Kari Li",)


def test_the_shipped_weights_are_for_features_that_there_are() -> None:
    assert set(shipped_ranking().weights) == set(KINDS)
    assert all("referent" in weights for weights in shipped_ranking().weights.values())

"""What is compared, what counts as told alike, and with which polarity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.model import Language
from kildespor.stories import tell
from kildespor.stories.claims import Scale, groups
from kildespor.stories.likeness import FEATURES, features
from kildespor.stories.mentions import clauses, mentions
from kildespor.stories.numbers import numbers
from kildespor.stories.pieces import piece
from kildespor.stories.sense import reading as read_by_the_network
from kildespor.stories.sense import shipped_encoder
from kildespor.stories.telling import telling
from tests.story_readings import Said, reading

LANGUAGES: tuple[Language, ...] = ("nob", "nno", "dan", "swe", "eng")


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Minst fjorten mennesker omkom", "nob", {14}),
        ("en kjøpesum på 1 400 000 kroner", "nno", {1.4e6}),
        ("solgt for 1,4 millioner kroner", "nob", {1.4e6}),
        ("an offer of £3.2m, or 45 million kroner", "eng", {3.2e6, 4.5e7}),
        ("14,000 patients", "eng", {14000}),
        ("14.000 mennesker", "nob", {14000}),
        ("fyra och ett halvt år", "swe", {4}),
        ("ingen tall her", "nob", set()),
    ],
)
def test_numbers_are_read_alike_in_letters_and_figures(text: str, language: Language, found: set[float]) -> None:
    assert numbers(text, language) == found


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_has_mentions_within_it_and_numbers(text: str, language: Language) -> None:
    report = reading(1, text, language=language).report
    assert all(0 <= m.span[0] <= m.span[1] <= len(text) for m in mentions(report))
    numbers(text, language)


def test_a_sentence_is_cut_where_clauses_meet_but_not_within_phrases() -> None:
    text = "Minst 14 mennesker er bekreftet omkommet og 61 er savnet etter at en ferge kantret ved øya Calagsan."
    assert [text[s:e] for s, e in clauses(text, (0, len(text)), "nob")] == [
        "Minst 14 mennesker er bekreftet omkommet",
        "og 61 er savnet",
        "etter at en ferge kantret ved øya Calagsan.",
    ]
    joined = "Kelmaria og Sorvenia er blitt enige."
    assert clauses(joined, (0, len(joined)), "nob") == [(0, len(joined))]


def test_who_says_so_is_left_out_of_what_is_compared() -> None:
    text = "Fergen var overlastet, sier Ostrea."
    one = reading(1, text, said=(Said("Fergen var overlastet", "Ostrea", cue="sier"),))
    whole = max(mentions(one.report), key=lambda m: m.span[1] - m.span[0])
    assert piece(one.report, whole).text == "Fergen overlastet"


def test_features_are_symmetric_and_rise_with_what_is_shared() -> None:
    texts = (
        "Fergen kantret ved Calagsan natt til fredag.",
        "Ved Calagsan kantret fergen.",
        "Ordføreren solgte tomten.",
    )
    readings = [reading(n, t) for n, t in enumerate(texts)]
    vectors = np.concatenate([r.sense.vectors[:1] for r in readings])
    told = features([piece(r.report, r.mentions[0]) for r in readings], vectors)
    assert (abs(told - told.transpose(1, 0, 2)) < 1e-5).all()
    for name in ("sense", "letters"):
        assert told[0, 1, FEATURES.index(name)] > told[0, 2, FEATURES.index(name)]


def test_groups_join_while_they_are_alike_enough() -> None:
    odds = np.array([[9, 3, -3], [3, 9, -2], [-3, -2, 9]], np.float32)
    scale = Scale(intercept=0, weights=dict.fromkeys(FEATURES, 0.0), joins_from=0.0, best=0.2)
    found = groups(odds, scale)
    assert found[0] == found[1] != found[2]
    assert groups(np.zeros((0, 0), np.float32), scale).size == 0


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (
            "Tre personer er skadet etter brannen.",
            "Three people were injured in the fire.",
            "Tre personer er savnet etter brannen.",
        ),
        ("Mannen er siktet for drap.", "Politiet har siktet en mann for drapet.", "Mannen er frifunnet for drap."),
        ("Fabrikken stenges.", "Bolaget lägger ned fabriken.", "Fabrikken utvides."),
    ],
)
def test_the_same_in_other_words_is_nearer_than_another_thing_in_like_words(one: str, same: str, other: str) -> None:
    vectors = shipped_encoder()((one, same, other)).vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_texts_read_together_say_what_each_says_by_itself() -> None:
    texts = ("Kort.", "En meget lengre tekst som sier mye mer om fergen som kantret natt til fredag.", "")
    together = shipped_encoder()(texts)
    alone = [shipped_encoder()((t,)) for t in texts]
    # In 8 bits, what else is read at once moves the last digits.
    assert all(together.vectors[i] @ a.vectors[0] > 0.9 for i, a in enumerate(alone))
    assert shipped_encoder()(()).vectors.shape == (0, 128)


def test_the_same_in_two_articles_is_one_claim_and_another_number_is_not() -> None:
    texts = (
        "Fjorten mennesker omkom da fergen kantret.",
        "14 mennesker omkom da fergen kantret.",
        "19 mennesker omkom da fergen kantret.",
        "Kongen åpnet museet på lørdag.",
    )
    story = tell(
        read_by_the_network(reading(n, t, outlet=str(n), published=f"2024-07-12T0{n}:00:00Z").report)
        for n, t in enumerate(texts, 1)
    )
    claim = {r.article: c.id for c in story.claims for r in c.reports}
    assert claim["article1"] == claim["article2"] != claim["article3"] != claim["article4"]


@pytest.mark.parametrize(
    ("denial", "said"),
    [
        (
            "Rederiet avviser at fergen var overlastet.",
            Said("fergen var overlastet", "Rederiet", cue="avviser", polarity="denies"),
        ),
        ("Fergen var ikke overlastet, sier rederiet.", Said("Fergen var ikke overlastet", "rederiet", cue="sier")),
    ],
)
def test_a_denial_belongs_to_the_claim_that_it_denies(denial: str, said: Said) -> None:
    t = [
        reading(1, "Fergen var overlastet.", outlet="A", published="2024-07-12T05:00:00Z"),
        reading(2, "Fergen var overlastet.", outlet="B", published="2024-07-12T06:00:00Z"),
        reading(3, denial, outlet="C", published="2024-07-12T07:00:00Z", said=(said,)),
    ]
    claim = tell(t).claims[0]
    assert {r.article for r in claim.denials} == {"article3"}
    assert claim.articles == ("article1", "article2")


def test_a_negative_claim_is_asserted_by_those_who_tell_it_negatively() -> None:
    story = tell(
        reading(n, "Styret fikk aldri se takseringen.", outlet=str(n), published=f"2024-07-1{n}") for n in (1, 2)
    )
    assert {r.polarity for r in story.claims[0].reports} == {"asserts"}


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_articles_can_be_told(texts: list[str]) -> None:
    readings = [reading(n, text) for n, text in enumerate(texts)]
    story = tell(readings)
    assert len(story.articles) == len(texts)
    assert telling(readings).odds.shape[0] == sum(len(mentions(r.report)) for r in readings)

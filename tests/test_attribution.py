"""From probabilities to attributions: roles, chains, pronouns, polarity, the outlet's own voice."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored import TAGS, Said, scored

from kildespor.attribution.attribute import attribute
from kildespor.attribution.decode import candidates
from kildespor.attribution.polarity import polarity
from kildespor.attribution.scorer import ROLES, AnchorScores, Scored
from kildespor.attribution.statements import statements
from kildespor.model import Attribution
from kildespor.sources.people import people
from kildespor.sources.register import shipped_register
from kildespor.sources.resolve import resolve


def read(article: Scored) -> tuple[Attribution, ...]:
    return resolve(attribute(article, "nob"), people(article, TAGS), "nob", shipped_register())


def texts(article: Scored, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [article.encoded.text[s:e] for s, e in spans]


def test_the_roles_of_an_attribution_become_spans() -> None:
    article = scored(
        "– Vi er klare, sier Kari Li til NTB. – Det blir tøft.",
        [
            Said(
                anchor="sier",
                content="– Vi er klare … – Det blir tøft.",
                cue="sier",
                source="Kari Li",
                addressee="NTB",
                kind="direct",
            )
        ],
        {"Kari Li": "PER", "NTB": "ORG"},
    )
    (a,) = read(article)
    assert texts(article, a.content) == ["– Vi er klare", "– Det blir tøft."]
    assert (texts(article, a.cue), texts(article, a.source)) == (["sier"], ["Kari Li"])
    assert texts(article, a.addressee) == ["NTB"]
    assert (a.entity, a.kind, a.why.anchor, a.relays) == ("Kari Li", "direct", "cue", ())


def test_a_span_never_crosses_a_paragraph() -> None:
    article = scored(
        "– Ja da.\n\nDet er bra, sa hun.", [Said(anchor="sa", content="– Ja da. … Det er bra", cue="sa", source="hun")]
    )
    assert texts(article, read(article)[0].content) == ["– Ja da.", "Det er bra"]


def test_relays_stand_in_order_from_the_source_outwards() -> None:
    article = scored(
        "– Vi skal vinne, sa Berg til presidenten, ifølge Reuters, skriver dansk TV2.",
        [
            Said(
                anchor="sa",
                content="– Vi skal vinne",
                cue="sa",
                source="Berg",
                addressee="presidenten",
                relay_source="Reuters … dansk TV2",
                relay_cue="ifølge … skriver",
            )
        ],
        {"Berg": "PER", "Reuters": "ORG", "TV2": "ORG"},
    )
    (a,) = read(article)
    assert [(r.entity, *texts(article, r.source), *texts(article, r.cue)) for r in a.relays] == [
        ("Reuters", "Reuters", "ifølge"),
        ("dansk TV2", "dansk TV2", "skriver"),
    ]


def test_whoever_is_quoted_saying_that_another_said_it_is_a_relay() -> None:
    article = scored(
        "Kari Li sier at Ola Moe har lovet å komme.",
        [
            Said(anchor="sier", content="Ola Moe har lovet å komme", cue="sier", source="Kari Li"),
            Said(anchor="lovet", content="å komme", cue="lovet", source="Ola Moe", act="promise"),
        ],
        {"Kari Li": "PER", "Ola Moe": "PER"},
    )
    says, promises = read(article)
    assert says.relays == ()
    assert [(r.entity, r.source, r.cue) for r in promises.relays] == [("Kari Li", (), ())]


def test_bare_hearsay_is_a_finding_without_a_source() -> None:
    article = scored(
        "Tre menn skal ha blitt pågrepet.",
        [Said(anchor="skal", content="Tre menn skal ha blitt pågrepet", hearsay="skal ha", source_kind="unstated")],
    )
    (a,) = read(article)
    assert (a.entity, a.source, a.cue, a.why.anchor) == (None, (), (), "hearsay")
    assert texts(article, a.hearsay) == ["skal ha"]


def test_one_content_under_one_cue_is_found_once_and_the_surer_stays() -> None:
    article = scored(
        "Hun la til at alt er bra.",
        [
            Said(anchor="la", content="alt er bra", cue="la til", source="Hun", score=0.7),
            Said(anchor="til", content="alt er bra", cue="la til", source="Hun", score=0.8),
        ],
    )
    assert [c.scores.score for c in candidates(article)] == [0.8]


def test_an_unclear_word_costs_no_more_in_a_short_text_than_in_an_article() -> None:
    def confidence(sentences: int) -> float:
        article = scored(
            "Berg sier at han går. " + "Det regner i Bergen. " * sentences,
            [Said(anchor="sier", content="han går", cue="sier", source="Berg")],
        )
        article.anchors[0].roles[6, ROLES.index("content")] = 0.25
        return read(article)[0].confidence

    assert confidence(1) == pytest.approx(confidence(30), abs=0.03)


def test_an_anchor_without_content_is_no_attribution() -> None:
    assert candidates(scored("De snakket sammen.", [Said(anchor="snakket", content="", cue="snakket")])) == ()


@pytest.mark.parametrize(
    ("text", "content", "stands_for"),
    [
        ("Møtet er avlyst. Det skriver VG.", "Det", ["Møtet er avlyst."]),
        ("Det skriver VG.", "Det", []),
    ],
)
def test_an_anaphoric_content_refers_to_the_sentence_before(text: str, content: str, stands_for: list[str]) -> None:
    article = scored(text, [Said(anchor="skriver", content=content, cue="skriver", source="VG")])
    assert texts(article, read(article)[0].refers_to) == stands_for


@pytest.mark.parametrize("pronoun", ["Dette", "Dét", "Slikt", "Detta", "This", "That", "It"])
def test_the_pronouns_of_all_languages_point_back(pronoun: str) -> None:
    article = scored(
        f"Møtet er avlyst. {pronoun} skriver VG.", [Said(anchor="skriver", content=pronoun, cue="skriver", source="VG")]
    )
    assert texts(article, read(article)[0].refers_to) == ["Møtet er avlyst."]


def test_a_noun_alone_points_nowhere() -> None:
    article = scored(
        "Møtet er avlyst. Kaos melder VG.", [Said(anchor="melder", content="Kaos", cue="melder", source="VG")]
    )
    assert read(article)[0].refers_to == ()


def test_an_anaphoric_denial_refers_to_what_was_reported_before() -> None:
    article = scored(
        "Politiet mener at Moe løy. Moe avviser dette.",
        [
            Said(anchor="mener", content="Moe løy", cue="mener", source="Politiet"),
            Said(anchor="avviser", content="dette", cue="avviser", source="Moe#2"),
        ],
    )
    denial = read(article)[1]
    assert (texts(article, denial.refers_to), denial.polarity) == (["Moe løy"], "denies")


@pytest.mark.parametrize(
    ("cue", "language", "expected"),
    [
        ("avviser", "nob", "denies"),
        ("nekta for", "nno", "denies"),
        ("spurte om", "nob", "questions"),
        ("sier", "nob", "asserts"),
        ("afviser", "dan", "denies"),
        ("förnekar", "swe", "denies"),
        ("denied", "eng", "denies"),
        ("said", "eng", "asserts"),
    ],
)
def test_the_cue_tells_whether_a_source_asserts_denies_or_questions(cue: str, language: str, expected: str) -> None:
    assert polarity([cue], language) == expected  # type: ignore[arg-type]


def test_the_outlets_own_voice_is_what_nobody_is_made_to_say() -> None:
    article = scored(
        "Brannen brøt ut i natt. Ingen er skadd, sier politiet. Hvem sto bak brannen?",
        [Said(anchor="sier", content="Ingen er skadd", cue="sier", source="politiet")],
    )
    attributions = read(article)
    own = statements(article.encoded.text, article.encoded.segments.sentences, attributions)
    assert [(article.encoded.text[slice(*s.span)], s.polarity) for s in own] == [
        ("Brannen brøt ut i natt.", "asserts"),
        ("Hvem sto bak brannen?", "questions"),
    ]


@given(st.integers(0, 2**32 - 1), st.text(alphabet="aB. ,\n«»–Det", min_size=1, max_size=120))
def test_whatever_the_model_says_spans_stay_in_the_text(seed: int, text: str) -> None:
    empty = scored(text, [])
    n = len(empty.encoded.first)
    if not n:
        return
    rng = np.random.default_rng(seed)
    heads = sorted({int(w) for w in rng.integers(0, n, 5)})
    anchors = tuple(
        AnchorScores(
            w,
            float(rng.random()),
            0,
            rng.random((n, len(ROLES)), np.float32),
            rng.random(3, np.float32),
            rng.random(5, np.float32),
            rng.random(3, np.float32),
        )
        for w in heads
    )
    article = Scored(empty.encoded, anchors, rng.random((n, len(TAGS)), np.float32))
    for a in read(article):
        parts = (a.content, a.cue, a.source, a.hearsay, a.addressee, a.refers_to, *(r.source for r in a.relays))
        for spans in parts:
            assert all(0 <= s < e <= len(text) for s, e in spans)
            assert all(x[1] <= y[0] for x, y in pairwise(spans))
            assert not any("\n" in text[s:e] for s, e in spans)

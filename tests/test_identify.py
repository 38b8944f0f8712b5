"""A text's language: right on articles and on two sentences, other languages refused by name, no input a crash."""

import time
import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kildespor.errors import ArticleError
from kildespor.language.identify import identify
from kildespor.model import Language

ROOT = Path(__file__).parents[1]
ARTICLES = sorted([*ROOT.glob("evaluation/written/*.txt"), *ROOT.glob("tests/data/written/*.txt")])
BOKMAL, NYNORSK, SWEDISH, ENGLISH = (
    next(path for path in ARTICLES if path.name.startswith(code)).read_text(encoding="utf-8")
    for code in ("nob", "nno", "swe", "eng")
)

TWO_SENTENCES = [
    ("nob", "Statsråden visste ikke om avtalen før hun leste om den i avisen. – Jeg ble overrasket, sier hun."),
    ("nob", "Hun skal ha blitt forgiftet. Det skriver Reuters, som viser til kilder i politiet."),
    ("nob", "Ingen av dem ville si noe etter møtet. Lederen avviser at saken er avgjort."),
    ("nno", "Statsråden visste ikkje om avtalen før ho las om han i avisa. – Eg vart overraska, seier ho."),
    ("nno", "Ho skal ha vorte forgifta. Det skriv Reuters, som viser til kjelder i politiet."),
    ("nno", "Ingen av dei ville seie noko etter møtet. Leiaren avviser at saka er avgjord."),
    ("dan", "Ministeren kendte ikke til aftalen, før hun læste om den i avisen. »Jeg blev overrasket,« siger hun."),
    ("dan", "Hun skulle være blevet forgiftet. Det skriver Reuters, der henviser til kilder i politiet."),
    ("dan", "Ingen af dem ville sige noget efter mødet. Formanden afviser, at sagen er afgjort."),
    ("swe", "Ministern kände inte till avtalet förrän hon läste om det i tidningen. – Jag blev förvånad, säger hon."),
    ("swe", "Hon ska ha blivit förgiftad. Det skriver Reuters, som hänvisar till källor inom polisen."),
    ("eng", "The minister did not know about the deal until she read about it. “I was surprised,” she said."),
]

OTHER_LANGUAGES = [
    ("German", "Die Ministerin wusste nichts von dem Abkommen, bis sie in der Zeitung davon las, sagte sie am Montag."),
    ("Dutch", "De minister wist niets van de overeenkomst totdat ze er in de krant over las, zei ze maandag."),
    ("French", "La ministre ne savait rien de l'accord avant de le lire dans le journal, a-t-elle dit lundi."),
    ("Spanish", "La ministra no sabía nada del acuerdo hasta que lo leyó en el periódico, dijo el lunes."),
    ("Finnish", "Ministeri ei tiennyt sopimuksesta ennen kuin hän luki siitä lehdestä, hän sanoi maanantaina."),
    ("Icelandic", "Ráðherrann vissi ekki um samninginn fyrr en hún las um hann í blaðinu, sagði hún á mánudag."),
    ("Faroese", "Landsstýriskvinnan visti einki um avtaluna, fyrr enn hon las um hana í blaðnum, segði hon."),
    ("Polish", "Minister nie wiedziała o umowie, dopóki nie przeczytała o niej w gazecie, jak powiedziała."),
    ("Russian", "Министр не знала о соглашении, пока не прочитала о нём в газете."),
    ("Greek", "Η υπουργός δεν γνώριζε για τη συμφωνία μέχρι που διάβασε την εφημερίδα."),
    ("Arabic", "لم تكن الوزيرة على علم بالاتفاق حتى قرأت عنه في الصحيفة."),
    ("Chinese", "部长直到在报纸上读到才知道这项协议。"),
]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_article_is_in_its_language(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = path.name[:3]
    assert identify(text) == code
    assert identify(text.upper()) == code
    assert identify(unicodedata.normalize("NFD", text)) == code


@pytest.mark.parametrize(("code", "text"), TWO_SENTENCES)
def test_two_sentences_are_enough(code: str, text: str) -> None:
    assert identify(text) == code


@pytest.mark.parametrize(("code", "text"), [("nob", "Hun nekter"), ("nno", "Ho nektar ikkje"), ("eng", "She said no")])
def test_a_few_words_are_guessed(code: str, text: str) -> None:
    assert identify(text) == code


@pytest.mark.parametrize(("name", "text"), OTHER_LANGUAGES)
def test_another_language_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ArticleError, match=rf"(?s){name}.*--language"):
        identify(text)


def test_an_unlisted_language_is_refused() -> None:
    welsh = (
        "Nid oedd y gweinidog yn gwybod am y cytundeb nes iddi ddarllen amdano yn y papur newydd, meddai ddydd Llun. "
        "Mae'r llywodraeth wedi gwrthod gwneud sylw ar yr honiadau hyd yn hyn."
    )
    with pytest.raises(ArticleError, match="another language"):
        identify(welsh)


@pytest.mark.parametrize("text", ["", " \n", "12.30 – 14.00 (2–1)", "Reuters", "👍"])
def test_no_telling_words_is_said_so(text: str) -> None:
    with pytest.raises(ArticleError, match="too few words"):
        identify(text)


def test_quotes_in_another_language_leave_the_majority() -> None:
    assert identify(SWEDISH + ENGLISH[: len(SWEDISH) // 3]) == "swe"
    assert identify(BOKMAL + NYNORSK[: len(BOKMAL) // 3]) == "nob"
    assert identify(NYNORSK + BOKMAL[: len(NYNORSK) // 3]) == "nno"


def test_a_long_text_is_sampled() -> None:
    text = (NYNORSK + "\n\n") * (1_000_000 // len(NYNORSK))
    identify(NYNORSK)
    began = time.perf_counter()
    assert identify(text) == "nno"
    assert time.perf_counter() - began < 0.2


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=400),
        st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøåäöðþáé ,.«»–’'\n", max_size=400),
        st.tuples(st.sampled_from(ARTICLES), st.integers(0, 500), st.integers(0, 200)).map(
            lambda cut: cut[0].read_text(encoding="utf-8")[cut[1] : cut[1] + cut[2]]
        ),
    )
)
def test_any_text_has_a_language_or_an_error(text: str) -> None:
    try:
        assert identify(text) in get_args(Language)
    except ArticleError as error:
        assert "--language" in str(error)

"""Credit lines and bylines, and what only resembles them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.articles.credit import Credit, in_byline, in_text


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("(NTB)", ["NTB"]),
        ("(©NTB)", ["NTB"]),
        ("©NTB", ["NTB"]),
        ("NTB Utenriks", ["NTB"]),
        ("(©NPK)", ["NPK"]),
        ("/ritzau/", ["Ritzau"]),
        ("/ritzau/Reuters/", ["Ritzau", "Reuters"]),
        ("TT", ["TT"]),
        ("TT-AFP", ["TT", "AFP"]),
        ("(NTB-Reuters-AFP)", ["NTB", "Reuters", "AFP"]),
        ("Källa: TT", ["TT"]),
        ("De venter svar. (©NTB)", ["NTB"]),
        ("– Ja, siger han. /ritzau/AFP/", ["Ritzau", "AFP"]),
        ("Det var alt, sa hun. NTB", ["NTB"]),
        ("(NTB) Minst elleve personer er savnet.", ["NTB"]),
        ("KYIV (NTB-AFP): Byen er uten strøm.", ["NTB", "AFP"]),
        ("Oslo (NTB): Renten står.", ["NTB"]),
        ("DUNBRIDGE, Neb. (AP) — A freight train derailed.", ["AP"]),
        ("AMSTERDAM/TOKYO, Sept 4 (Reuters) - A company said.", ["Reuters"]),
        ("HAVNEN: Kaia fredag. Foto: Siv Ness / NTB", ["foto: NTB"]),
        ("Foto: Jens Holt / dpa / NTB Ryktene om et salg", ["foto: DPA", "foto: NTB"]),
    ],
)
def test_marks_name_the_agencies(line: str, agencies: list[str]) -> None:
    assert list(in_text(line).agencies) == agencies
    assert list(in_text(f"Tittel\n\n{line}\n\nMer tekst her.").agencies) == agencies


@pytest.mark.parametrize(
    "line",
    [
        "Det skriver NTB.",
        "Aas (Ap) forsvant raskt.",
        "Jonas Lie (AP): – Vi vinner",
        "De kjørte på Isle of Man (TT).",
        "TASS: Broen er sprengt",
        "Foto: Privat",
        "Reuters skriver at broen er sprengt.",
        "Partiet (AP) og resten av dem sier nei til planen.",
    ],
)
def test_what_names_an_agency_without_crediting_it(line: str) -> None:
    assert in_text(line) == Credit()


@pytest.mark.parametrize(
    ("line", "byline", "agencies"),
    [
        ("Av Ola Nordmann, Reuters", "Ola Nordmann", ["Reuters"]),
        ("Ola Nordmann/NTB", "Ola Nordmann", ["NTB"]),
        ("Av: Kari Li", "Kari Li", []),
        ("Av Kari Li, Dakar", "Kari Li, Dakar", []),
        ("Av Kari Li (tekst) og Ola Moe (foto)", "Kari Li (tekst) og Ola Moe (foto)", []),
        ("Af Bo Krag, Ritzau", "Bo Krag", ["Ritzau"]),
        ("Text: Anna Berg/TT", "Anna Berg", ["TT"]),
        ("By Jane Doe, Associated Press", "Jane Doe", ["AP"]),
        ("By Ludwig von Stein and John Roe", "Ludwig von Stein and John Roe", []),
        ("Av NTB", None, ["NTB"]),
    ],
)
def test_bylines(line: str, byline: str | None, agencies: list[str]) -> None:
    assert in_text(f"Tittel\n{line}\n\nMer tekst.") == Credit(byline, tuple(agencies))


@pytest.mark.parametrize(
    "line", ["Av 28 innsatte kan alle møte", "Av hensyn til Norges Bank", "By Monday, he said", "Foto: Siv Ness"]
)
def test_lines_that_open_like_a_byline(line: str) -> None:
    assert in_text(line).byline is None


def test_name_and_agency_in_the_middle_of_an_article_sign_a_picture() -> None:
    prose = ["Det er en setning."] * 20
    assert in_text("\n".join([*prose, "Siv Ness / NTB", *prose])) == Credit()


@pytest.mark.parametrize(
    ("byline", "credit"),
    [
        ("NTB-AFP", Credit(None, ("NTB", "AFP"))),
        ("/ritzau/", Credit(None, ("Ritzau",))),
        ("Kari Lind, NTB", Credit("Kari Lind", ("NTB",))),
        ("Av Kari Lind", Credit("Kari Lind")),
        ("Kari Lind, Ola Moe", Credit("Kari Lind, Ola Moe")),
    ],
)
def test_a_byline_that_a_page_gives(byline: str, credit: Credit) -> None:
    assert in_byline(byline) == credit


@given(st.text(alphabet="Av Foto:NTB/()©-, Olari\n.–", max_size=200))
def test_any_line_is_survived(text: str) -> None:
    credit = in_text(text)
    assert len(set(credit.agencies)) == len(credit.agencies)

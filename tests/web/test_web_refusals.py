"""What goes wrong is told in the language of the page; what can only be said in English is said to be that."""

import pytest

from kildespor.messages import Words
from kildespor.refusals import LONGEST
from kildespor.web.refusals import said
from tests.web.serving import TEXT, Served

RUSSIAN = "Паром стоит у причала. Никто не пострадал, сообщает судоходная компания."


def test_what_is_there_in_english_only_is_said_to_be() -> None:
    assert said("Something new.", Words("nb")) == "Meldingen finnes bare på engelsk: Something new."
    assert said("Something new.", Words("en")) == "Something new."


def test_a_message_that_names_something_long_stays_short() -> None:
    form = "published: “{}” is no EDTF date. Write it like 2023-03-14, 2023-03 or 2023-03-14T10:21:00."
    message = said(form.format("it is " * 100_000), Words("nb"))
    assert message.startswith("Publisert: «it is") and message.endswith("2023-03-14T10:21:00.")
    assert len(message) < LONGEST + 100


@pytest.mark.parametrize(
    ("method", "path", "fields", "status", "norwegian", "english"),
    [
        ("GET", "/nothing", None, 404, "Her er det ingenting", "There is nothing here"),
        ("GET", "/reading/x", None, 404, "ikke lenger i minnet", "no longer kept"),
        ("GET", "/article/0123456789abcdef0123", None, 404, "ingen artikkel i arkivet", "no article has this id"),
        ("GET", "/story/0123456789abcdef0123", None, 404, "hører ikke til noen sak", "stands in no story"),
        ("GET", "/source", None, 404, "mangler et navn", "No name is given"),
        ("GET", "/search?since=snart", None, 422, "«snart» er ingen dag", "“snart” is no day"),
        ("GET", "/search?words=%22%22", None, 422, "ingen ord å søke etter", "holds no word"),
        ("GET", "/search?limit=0", None, 422, "limit kan ikke være det", "The search does not fit"),
        ("POST", "/read", {"text": " "}, 422, "ingenting å lese", "nothing to read"),
        ("POST", "/read", {"text": TEXT, "published": "i går"}, 422, "«i går» er ingen dato", "is no EDTF date"),
        ("POST", "/read", {"text": "http://127.0.0.1:1/"}, 422, "svarer ikke (ingen tar imot", "Connection refused"),
        ("POST", "/read", {"file": ("a.txt", b"%PDF-1.4")}, 422, "a.txt er en PDF", "a.txt is a PDF"),
        ("POST", "/read", {"text": RUSSIAN}, 422, "ser ut til å være på russisk", "seems to be in Russian"),
        ("POST", "/read", {"text": "a" * 100_001}, 422, "har 100001 tegn", "has 100001 characters"),
    ],
)
def test_a_page_tells_it_in_its_language(
    open_server: Served, method: str, path: str, fields: dict | None, status: int, norwegian: str, english: str
) -> None:
    join = "&" if "?" in path else "?"
    for lang, told_ in (("nb", norwegian), ("en", english)):
        answer = open_server.ask(method, f"{path}{join}lang={lang}", fields=fields)
        assert answer.status == status
        assert told_ in answer.text, lang

"""What goes wrong is told in the language of the page: every message that a page may have to show stands in
``messages.toml`` as the code writes it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kildespor.messages import Words, messages
from kildespor.web.refusals import LONGEST, SECTION, pattern, said
from tests.web.serving import TEXT, Served

PACKAGE = Path(__file__).parents[2] / "kildespor"
ROOMS = (
    "articles/article.py",
    "articles/text.py",
    "articles/html.py",
    "articles/fetch.py",
    "language/identify.py",
    "archive/archive.py",
    "archive/database.py",
    "archive/derive.py",
    "archive/find.py",
    "archive/judge.py",
    "archive/undoing.py",
    "archive/words.py",
    *(path.relative_to(PACKAGE).as_posix() for path in sorted((PACKAGE / "web").rglob("*.py"))),
)
"""The modules whose errors a page may have to tell of."""

RUSSIAN = "Паром стоит у причала. Никто не пострадал, сообщает судоходная компания."

ERRORS = ("UsageError", "ArticleError", "FetchError", "PrivateAddress", "NoAnswer", "ArchiveError", "Busy", "TooLong")
ERRORS += ("WebError", "HTTPException", "NotThere", "NoTime")

NEVER_ON_A_PAGE = (
    # The command line's, when the server is started or accounts are made.
    "The password is too",
    "there is no such account",
    "a name has letters",
    "as a file of accounts",
    "cannot be written",
    "need packages",
    "no archive is kept there",
    "archive's address cannot be read",
    "written by a newer Kildespor",
    "a database of something else",
    "there is no archive",
    "The database is in",
    # Of files that the server itself names.
    "is a folder",
    "there is no such file",
    "may not be read. Change",
    "cannot be read: ",
    # Others' messages passed on, which stand here by themselves; of calls that only Python and the API make.
    "Name the files",
    "nothing is sought by that",
    "This cannot be sought",
    "A page has a limit",
    "say what changes",
    "nothing that can be changed",
    "lies outside the text",
    "has no text. Give",
    "x: x",
    "x x.",
    "Send JSON",
    "Sign in first",
)


def literals(path: Path) -> Iterator[str]:
    """The texts of a module, those that are put together with ``x`` for what is put in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from text_of(node)


def told(path: Path) -> Iterator[str]:
    """The messages of the errors that a module raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            of_class = isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
            if name in ERRORS or of_class:
                yield from (text for given in node.args for text in text_of(given))


def text_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def refused() -> dict[str, dict[str, str]]:
    return {key: both for key, both in messages().items() if key.startswith(SECTION)}


def test_every_message_that_a_page_may_show_is_there_in_norwegian() -> None:
    nb = Words("nb")
    found = {message for room in ROOMS for message in told(PACKAGE / room)}
    assert len(found) > 40
    shown = [message for message in found if not any(never in message for never in NEVER_ON_A_PAGE)]
    assert [message for message in shown if "bare på engelsk" in said(message, nb)] == []


def test_no_message_is_of_an_error_that_is_no_more() -> None:
    written = {text for room in (*ROOMS, "archive/database.py") for text in literals(PACKAGE / room)}
    assembled = {f"x {text}." for text in written}
    for key, both in refused().items():
        form = pattern(both["en"])
        if any(form.fullmatch(text) for text in written | assembled):
            continue
        # What another library says of a value, and the system of an address, stands in no code of ours.
        assert key in ("refused.search_unfit", "refused.search_unknown", "refused.connection_refused"), key


def test_both_languages_name_the_same_things_or_fewer() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, both in refused().items():
        assert names(both["nb"]) <= names(both["en"]), key


@pytest.mark.parametrize(
    ("message", "norwegian"),
    [
        ("The text is empty. Give the text of an article.", "Teksten er tom. Lim inn teksten til en artikkel."),
        ("a.pdf is a PDF, not text. Save the article as plain text or HTML.", "a.pdf er en PDF, ikke tekst."),
        (
            "http://x/ does not answer (no such host). Check it, or try again later.",
            "http://x/ svarer ikke (adressen finnes ikke). Se over adressen, eller prøv igjen senere.",
        ),
        ("since: “snart” is no day. Write it like 2023-03-14, 2023-03 or 2023.", "Fra og med: «snart» er ingen dag."),
        ("Something new.", "Meldingen finnes bare på engelsk: Something new."),
    ],
)
def test_what_is_named_is_named_in_norwegian_too(message: str, norwegian: str) -> None:
    assert said(message, Words("nb")).startswith(norwegian)
    assert said(message, Words("en")) == message


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

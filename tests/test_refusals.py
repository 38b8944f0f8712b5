"""What goes wrong is told in the language of the interface: every message of an error stands in ``messages.toml`` as
the code writes it."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kildespor import errors
from kildespor.articles.columns import check_found
from kildespor.cli import run
from kildespor.errors import UsageError
from kildespor.language.identify import REFUSED, SCRIPTS
from kildespor.messages import Words, messages
from kildespor.refusals import LONGEST, SECTION, pattern, said, translated
from kildespor.sources.register import load_register

PACKAGE = Path(__file__).parents[1] / "kildespor"
NB = Words("nb")

NONE_OF_ITS_OWN = (
    # Others' messages passed on, tried below with what they pass on.
    "x: x",
    "x x.",
    # The API's, which no page and no command shows.
    "Send JSON, as Content-Type: application/json.",
    "Send JSON Lines, as Content-Type: x.",
    "Sign in first, or send a key: “Authorization: Bearer …”.",
    # With braces in them: tried below.
    "x has no column x; it has x. Say which column holds what: --column text=body, in Python columns={'text': 'body'}.",
)

OF_OTHERS = ("refused.system_", "refused.search_unfit", "refused.search_unknown", "refused.connection_refused")
"""What the system and libraries say, which stands in no code of ours."""


def text_of(node: ast.AST) -> Iterator[str]:
    """The text of a literal, one that is put together with ``x`` for what is put in."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def error_names(trees: list[ast.Module]) -> set[str]:
    """The names of the errors that Kildespor reports to its user: the small tree and what its rooms derive from it."""
    names = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    names.add("HTTPException")
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while more := {c.name for c in classes if names & {ast.unparse(base) for base in c.bases}} - names:
        names |= more
    return names


def told(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """The messages of the errors that a module makes, those too that a function of its own puts together."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        derived = isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
        if derived or ast.unparse(node.func) in names:
            for given in node.args:
                yield from text_of(given)
                if isinstance(given, ast.Call) and (own := functions.get(ast.unparse(given.func))):
                    returned = (each.value for each in ast.walk(own) if isinstance(each, ast.Return) and each.value)
                    yield from (text for value in returned for text in text_of(value))


@pytest.fixture(scope="module")
def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]


def refused() -> dict[str, dict[str, str]]:
    return {key: both for key, both in messages().items() if key.startswith(SECTION)}


def test_every_message_of_an_error_is_there_in_norwegian(trees: list[ast.Module]) -> None:
    names = error_names(trees)
    assert {"Unread", "NoAnswer", "WebError", "Busy", "NotThere"} <= names
    found = {message for tree in trees for message in told(tree, names)} - set(NONE_OF_ITS_OWN)
    assert len(found) > 150
    assert sorted(message for message in found if translated(message, NB) is None) == []


def test_no_message_is_of_an_error_that_is_no_more(trees: list[ast.Module]) -> None:
    written = {text for tree in trees for node in ast.walk(tree) for text in text_of(node) if len(text) < LONGEST}
    written |= {put for text in written for put in (f"x: {text}", f"x {text}.", f"{text}x", text.removeprefix("x"))}
    on_lines = "\n".join(text for text in written if "\n" not in text)
    for key, both in refused().items():
        form = re.compile(f"^{pattern(both['en']).pattern}$", re.MULTILINE)
        assert key.startswith(OF_OTHERS) or form.search(on_lines), key


def test_both_languages_name_the_same_things_or_fewer() -> None:
    def named(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, both in refused().items():
        assert named(both["nb"]) <= named(both["en"]), key


def test_each_language_that_is_not_read_has_its_norwegian_name() -> None:
    for language in (*REFUSED.values(), *SCRIPTS.values()):
        assert language == "Thai" or said(language, NB) != language


@pytest.mark.parametrize(
    ("message", "norwegian"),
    [
        ("The text is empty. Give the text of an article.", "Teksten er tom. Gi teksten til en artikkel."),
        ("a.pdf is a PDF, not text. Save the article as plain text or HTML.", "a.pdf er en PDF, ikke tekst."),
        (
            "http://x/ does not answer (no such host). Check it, or try again later.",
            "http://x/ svarer ikke (adressen finnes ikke). Se over adressen, eller prøv igjen senere.",
        ),
        ("since: “snart” is no day. Write it like 2023-03-14, 2023-03 or 2023.", "Fra og med: «snart» er ingen dag."),
        (
            "a.txt cannot be read: [Errno 5] Input/output error: 'a.txt'. Check the path.",
            "a.txt kan ikke leses: disken",
        ),
        (
            "http://x/a is not read, as the site's robots.txt cannot be: http://x/robots.txt does not answer "
            "(Connection refused). Check it, or try again later.",
            "http://x/a leses ikke, for robots.txt på nettstedet kan ikke leses: http://x/robots.txt svarer ikke "
            "(ingen tar imot der). Se over",
        ),
        (
            "a.jsonl:3: published: “i går” is no EDTF date. Write it like 2023-03-14, 2023-03 or 2023-03-14T10:21:00.",
            "a.jsonl:3: «i går» er ingen dato.",
        ),
        ("Something new.", "Something new."),
    ],
)
def test_what_is_named_is_named_in_norwegian_too(message: str, norwegian: str) -> None:
    assert said(message, NB).startswith(norwegian)
    assert said(message, Words("en")) == message


def test_a_message_that_names_something_long_is_found_and_stays_short() -> None:
    form = "published: “{}” is no EDTF date. Write it like 2023-03-14, 2023-03 or 2023-03-14T10:21:00."
    message = said(form.format("it is " * 100_000), NB)
    assert message.startswith("Publisert: «it is") and message.endswith("2023-03-14T10:21:00.")
    assert len(message) < LONGEST + 100


def test_a_list_of_what_has_failed_is_not_cut() -> None:
    listed = "2 av 2 kunne ikke leses:" + "\n  a.txt" * LONGEST
    assert said(listed, NB) == listed


def test_a_table_without_its_columns_is_told_of() -> None:
    with pytest.raises(UsageError) as raised:
        check_found(["body"], {"outlet": "paper"}, "a.parquet")
    told_ = said(str(raised.value), NB)
    assert told_.startswith("a.parquet mangler kolonnen “text”, “paper”; filen har body. Si hvilken")
    assert told_.endswith("columns={'text': 'body'}.")


@pytest.mark.parametrize(
    ("toml", "norwegian"),
    [
        ("[a]\n", ":1: [a] mangler feltet `name`; name er en tekst, ikke tom og uten mellomrom i endene"),
        ('[a]\nname = "A"\nkind = "papr"\n', ":3: [a] 'papr' er ingen gyldig verdi; mente du '"),
        ("name = 1\n", ":1: 'name' står utenfor et oppslag; sett det under en linje med [nøkkel]"),
    ],
)
def test_what_is_wrong_in_a_register_is_told_with_its_mend(tmp_path: Path, toml: str, norwegian: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(toml)
    with pytest.raises(UsageError) as raised:
        load_register(path)
    assert said(str(raised.value), NB).startswith(f"{path}{norwegian}")


def test_the_command_line_tells_it_in_its_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def complaints(*arguments: object) -> str:
        assert run([str(argument) for argument in arguments]) == 2
        return capsys.readouterr().err

    gone, folder, archive = tmp_path / "gone.txt", tmp_path, tmp_path / "archive.db"
    for call in (("read", gone, folder), ("add", gone, folder / "none.txt", "--archive", archive)):
        told_ = complaints(*call, "--lang", "nb")
        assert told_.startswith(f"kildespor: {gone}: filen finnes ikke. Se over navnet.\n")
        assert "2 av 2 kunne ikke leses:" in told_ and " is " not in told_
    assert "er en mappe. Oppgi filene i den." in complaints("read", folder, "--lang", "nb")
    assert "is a folder. Name the files in it." in complaints("read", folder, "--lang", "en")

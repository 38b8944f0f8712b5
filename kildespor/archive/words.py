"""Words sought: how a search is written, and how SQLite's FTS5 and PostgreSQL are asked for it.

A search is words that must all be there, in any order: ``streik ferge``. Words in quotation marks must stand together:
``"skal ha"``. A star takes every word that begins so: ``streik*``. Case does not count; æ, ø, å and all accents do. A
word is a run of letters and figures, which is how FTS5's ``unicode61`` cuts; PostgreSQL is given the words cut so that
both find the same.
"""

import re
import unicodedata

from msgspec import Struct

from kildespor.errors import UsageError

WORD = re.compile(r"[^\W_]+")
TERM = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»](\*?)|([^\s\"“”«»]+)")

LONGEST = 200_000
"""Characters of a text that PostgreSQL is given to index: what it makes of them has to stay under a megabyte."""


MOST_TERMS, LONGEST_WORD = 100, 400
"""FTS5 takes no more than 256 terms, PostgreSQL no word of more than 2046 bytes."""


class Term(Struct, frozen=True):
    """Words that stand together; with ``prefix`` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool


def terms(search: str) -> tuple[Term, ...]:
    """The terms of a search. Raises UsageError when there is no word in it, or more than a database takes."""
    found = []
    for quoted, starred, bare in TERM.findall(_normal(search)):
        words = tuple(WORD.findall(quoted or bare))
        if words:
            found.append(Term(words, bool(starred) or bare.endswith("*")))
    if not found:
        raise UsageError(f"“{search}” holds no word to search for. Give one with letters or figures.")
    if len(found) > MOST_TERMS or any(len(word) > LONGEST_WORD for term in found for word in term.words):
        raise UsageError(f"“{search[:40]} …” is too long a search. Give at most {MOST_TERMS} words.")
    return tuple(found)


def fts5(search: str, column: str | None = None) -> str:
    """The search as an FTS5 expression, in one column or in all."""
    every = " AND ".join(f'"{" ".join(term.words)}"{"*" if term.prefix else ""}' for term in terms(search))
    return f"{{{column}}} : ({every})" if column else f"({every})"


def tsquery(search: str, weight: str = "") -> str:
    """The search as a PostgreSQL tsquery, in the lexemes of one weight or in all."""
    return " & ".join(f"({_phrase(term, weight)})" for term in terms(search))


def _phrase(term: Term, weight: str) -> str:
    *first, last = term.words
    lexemes = [f"'{word}'" + (f":{weight}" if weight else "") for word in first]
    marks = ("*" if term.prefix else "") + weight
    return " <-> ".join([*lexemes, f"'{last}'" + (f":{marks}" if marks else "")])


def lexemes(text: str) -> str:
    """The words of a text as PostgreSQL is given them: in small letters, a space between. Its own folding depends on
    the locale that the database was made with, and its own parser takes addresses and hyphens apart differently."""
    return " ".join(WORD.findall(_normal(text[:LONGEST])))


def key(name: str) -> str:
    """A name as names are compared: case, spacing and what no database holds do not count."""
    held = name.encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(unicodedata.normalize("NFC", held).casefold().split())[:200]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()

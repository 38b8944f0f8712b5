"""Plain text: bytes to characters, the opening date mark, the headline."""

import codecs
import re
from datetime import date

from kildespor.errors import ArticleError

_TITLE_LENGTH = 120

# What such files open with, and what to call them.
_FOREIGN_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word, OpenDocument or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"From: <Saved by", "an MHTML page"),
)

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Letters and signs above ASCII that Nordic and English news in Windows-1252 has. Left out on purpose: the characters
# that Mac Roman's and code page 850's æ, ø and å turn into (¾ ¿ Œ † ›), and Ã and Â, the sign of broken UTF-8.
_NEWS_CHARACTERS = frozenset(
    "æøåäöüÆØÅÄÖÜéèêëÉÈÊËáàâãÁÀíìîïÍóòôõÓÒÔúùûÚçÇñÑýÝßðþÞšžŠŽÿ«»“”„‘’‚‹–—…•·°§©®™€£¢½¼²³ªº´¨¡×÷±µ¶\xa0\xad"
)
# No Nordic or English word has four letters above ASCII in a row; Cyrillic or Greek read as Windows-1252 does.
_FOREIGN_RUN = re.compile(r"[^\W\d_a-zA-Z]{4}")

_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")
_DATE_MARK = re.compile(r"date ([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?:\s+|\Z)")
_SENTENCE_END = re.compile(r"[.:;,…][\"'”’»)]*\Z")


def decode(data: bytes, name: str) -> str:
    """The characters of a plain-text file, line ends as they are, without its byte order mark.

    A byte order mark decides (UTF-8, UTF-16); otherwise UTF-8, and Windows-1252 (which holds Latin-1) if what comes
    out is plausible Nordic or English text. ``name`` is what error messages call the data.

    Raises ArticleError for binary data and for any other encoding, since a wrong guess would change the text.
    """
    for opening, kind in _FOREIGN_FORMATS:
        if data.startswith(opening):
            raise ArticleError(f"{name} is {kind}, not text. Save the article as plain text or HTML.")
    text = _utf16(data, name) if data.startswith(UTF16_MARKS) else _eight_bit(data, name)
    if len(_CONTROLS.findall(text)) > len(text) // 100 or "\0" in text:
        raise ArticleError(f"{name} is binary data, not text. Save the article as plain text or HTML.")
    return text


def _utf16(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise ArticleError(f"{name} begins as UTF-16 but breaks off its rules. Save it as UTF-8.") from None


def _eight_bit(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise ArticleError(f"{name} is binary data, not text. Save the article as plain text or HTML.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _windows_1252(data)
        if text is None:
            raise ArticleError(
                f"{name} is in an unknown encoding: neither UTF-8 (byte {error.start}) nor Windows-1252. "
                "Save it as UTF-8."
            ) from None
        return text


def _windows_1252(data: bytes) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = [character for character in text if character > "\x7f"]
    strange = sum(character not in _NEWS_CHARACTERS for character in high)
    return None if strange * 20 > len(high) or _FOREIGN_RUN.search(text) else text


def cut_date_mark(text: str) -> tuple[str | None, str]:
    """The date of an opening ``date 2023-03`` or ``date 2023-03-14`` mark and the text less the mark and the space
    after it; ``(None, text)`` where there is no such mark or it names no day that exists."""
    mark = _DATE_MARK.match(text)
    if mark is None or not is_date(mark[1]):
        return None, text
    return mark[1], text[mark.end() :]


def is_date(value: str) -> bool:
    """Whether ``2023-03`` or ``2023-03-14`` names a month or day that exists."""
    try:
        date.fromisoformat(value if len(value) == 10 else f"{value}-01")
    except ValueError:
        return False
    return True


def headline(text: str) -> str | None:
    """The opening line, where it stands as a headline: a short line that does not end like a sentence and has text
    after it. A question or exclamation mark is a headline's only where a blank line follows."""
    line, _, rest = text.lstrip().partition("\n")
    line, rest = line.strip(), rest.lstrip(" \t")
    if not rest.strip() or len(line) > _TITLE_LENGTH or _SENTENCE_END.search(line):
        return None
    stands_alone = rest.startswith(("\n", "\r"))
    return line if stands_alone or not line.rstrip("\"'”’»)").endswith(("?", "!")) else None

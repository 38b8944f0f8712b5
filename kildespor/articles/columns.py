"""Tables of articles: which column is which part of an article, and a row to an Article."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from kildespor.articles.article import article_from_fields
from kildespor.articles.fetch import LARGEST_BODY
from kildespor.errors import ArticleError, UsageError
from kildespor.model import Article

FIELDS = ("text", "title", "outlet", "published", "url", "byline", "language")
"""The parts of an article that a column may hold. Only ``text`` has to be there."""

_FOUND = 20


def checked(columns: Mapping[str, str]) -> dict[str, str]:
    """The column for each field; ``columns`` names those that are called otherwise, as ``{"text": "body"}``.

    Raises UsageError for a field that there is not.
    """
    for field in columns:
        if field not in FIELDS:
            raise UsageError(f"columns: there is no field “{field}”. The fields are {', '.join(FIELDS)}.")
    return {field: columns.get(field, field) for field in FIELDS}


def check_found(found: Collection[str], columns: Mapping[str, str], file: str) -> None:
    """Raises UsageError if a table lacks the column of the text or one that ``columns`` asks for."""
    asked = {"text": "text", **columns}
    missing = [f"“{column}”" for column in asked.values() if column not in found]
    if missing:
        names = ", ".join(list(found)[:_FOUND]) or "none"
        raise UsageError(
            f"{file} has no column {', '.join(missing)}; it has {names}. "
            "Say which column holds what: --column text=body, in Python columns={'text': 'body'}."
        )


def article(row: Mapping[str, Any], columns: Mapping[str, str], *, name: str) -> Article:
    """The article of a row. Its text is kept to the letter, without its title. ``published`` is EDTF, a date, or a
    date and time with a space or T between; a ``byline`` may be a list of names.

    Raises ArticleError, calling the row ``name``, for a value that is no such thing, and for a text of more than 10
    million characters.
    """
    value = {field: row.get(column) for field, column in columns.items()}
    byline = value["byline"]
    if isinstance(byline, list):
        value["byline"] = ", ".join(part for part in byline if isinstance(part, str))
    if isinstance(value["published"], date):
        value["published"] = value["published"].isoformat()
    for field, given in value.items():
        if given is not None and not isinstance(given, str):
            raise ArticleError(f"{name}: {field} is no text but {type(given).__name__}. Write it as text.")
    text = value["text"] or ""
    if len(text) > LARGEST_BODY:
        raise ArticleError(f"{name} is longer than {LARGEST_BODY // 1_000_000} MB. Write one article a row.")
    return article_from_fields(
        text,
        file=name,
        title=value["title"],
        outlet=value["outlet"],
        published=moment(value["published"]),
        language=value["language"] or None,
        url=value["url"],
        byline=value["byline"],
    )


def moment(published: str | None) -> str | None:
    """A date and time as other programs write it (``2023-03-14 10:21:00.5Z``), in EDTF to the second; anything else as
    it stands; None for nothing."""
    published = (published or "").strip()
    if len(published) > len("2023-03-14"):
        try:
            return datetime.fromisoformat(published).isoformat(timespec="seconds")
        except ValueError:
            pass
    return published or None

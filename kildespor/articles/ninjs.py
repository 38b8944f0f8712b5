"""IPTC ninjs (News in JSON, https://iptc.org/standards/ninjs/) 1.x, 2.x and 3.x: what agencies send.

The versions differ in capitals (``versioncreated``, ``versionCreated``), and in having one ``headline`` and bodies by
name (``body_text``, 1.x) or lists of ``headlines`` and ``bodies`` (2.x, 3.x); all are read alike.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kildespor.articles.article import article_from_fields
from kildespor.articles.columns import moment
from kildespor.articles.failure import Failure
from kildespor.articles.fetch import LARGEST_BODY
from kildespor.errors import ArticleError, KildesporError, UsageError
from kildespor.model import Article

_WITHDRAWN = ("canceled", "withheld")
_MOMENTS = ("firstcreated", "versioncreated", "contentcreated")
_ABOUT_HTML = ("html", "xhtml")


def articles(path: Path) -> Iterator[Article | Failure]:
    """The article of a ninjs file, or the articles of one that holds a list of items. ``file`` is the path, and after
    a colon the number in the list, from 1.

    ``text`` is the headline, the lead and the body, plain text before HTML unless only the HTML has paragraphs; without
    a body, its description. ``published`` is when it was first created, else this version, else its content.
    ``outlet`` is the holder of the copyright, else the info source that is the publisher; ``url`` the ``uri`` where
    that is an http(s) address. What is no ninjs, no text or withdrawn is a Failure.
    """
    try:
        found = _decoded(path)
    except KildesporError as error:
        yield Failure(str(path), error)
        return
    several = isinstance(found, list)
    named = ((f"{path}:{n}", item) for n, item in enumerate(found, 1)) if several else [(str(path), found)]
    for name, item in named:
        try:
            yield _article(item, name)
        except KildesporError as error:
            yield Failure(name, error)


def may_be_one(path: Path) -> bool:
    """Whether a file may be ninjs: False for sound JSON in which nothing has a ``uri``, which every item must have."""
    try:
        found = _decoded(path)
    except KildesporError:
        return True
    items = found if isinstance(found, list) else [found]
    return any(isinstance(item, dict) and "uri" in item for item in items)


def _decoded(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BODY + 1)
        if len(data) > LARGEST_BODY:
            raise ArticleError(f"{path} is larger than {LARGEST_BODY // 1_000_000} MB. Give one file for each item.")
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}. Check the file.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArticleError(f"{path} is no JSON ({error}). Give a ninjs file.") from None


def _article(given: Any, name: str) -> Article:
    if not isinstance(given, dict):
        raise ArticleError(f"{name} is no ninjs item. Give a ninjs file.")
    item = _lowered(given)
    headline = _string(item.get("headline")) or _first(item.get("headlines"), "main")
    body = _body(item) or _description(item)
    if not body:
        raise ArticleError(f"{name} has no text (ninjs body or description; found: {', '.join(given) or 'nothing'}).")
    if _string(item.get("type")) not in (None, "text", "composite"):
        raise ArticleError(f"{name} is not a text but of type {item['type']}. Give a text item.")
    if (status := (_string(item.get("pubstatus")) or "").lower()) in _WITHDRAWN:
        raise ArticleError(f"{name} has been withdrawn by its agency ({status}).")
    uri = _string(item.get("uri")) or ""
    return article_from_fields(
        "\n\n".join(_with_opening(body, headline, _first(item.get("descriptions"), "lead", only=True))),
        file=name,
        title=headline,
        outlet=_string(item.get("copyrightholder")) or _publisher(item),
        published=moment(next(filter(None, (_string(item.get(key)) for key in _MOMENTS)), None)),
        language=(_string(item.get("language")) or "").partition("-")[0] or None,
        url=uri if uri.lower().startswith(("http://", "https://")) else None,
        byline=_string(item.get("byline")) or _string(item.get("by")),
    )


def _body(item: dict[str, Any]) -> list[str]:
    bodies = [
        (str(part.get("contenttype") or part.get("role") or ""), value)
        for part in _parts(item.get("bodies"))
        if (value := _string(part.get("value")))
    ]
    bodies += [(key[5:], value) for key in item if key.startswith("body_") and (value := _string(item[key]))]
    # Loads trafilatura, which takes its time.
    from kildespor.articles.html import paragraphs_of

    texts = [
        _lines(value) for kind, value in bodies if kind in ("", "text", "text/plain") and not value.startswith("<")
    ]
    pages = [paragraphs_of(value) for kind, value in bodies if any(word in kind for word in _ABOUT_HTML)]
    plain, page = next(filter(None, texts), []), next(filter(None, pages), [])
    # Some agencies' plain text runs on without paragraphs; others' HTML leaves out the dashes of quotes.
    return page if len(plain) <= 1 < len(page) or not plain else plain


def _description(item: dict[str, Any]) -> list[str]:
    keys = ("description_text", "description_caption", "description")
    told = next(filter(None, (_string(item.get(key)) for key in keys)), None) or _first(
        item.get("descriptions"), "text"
    )
    return _lines(told or "")


def _lines(text: str) -> list[str]:
    """The paragraphs of plain text: set apart by blank lines, or where there are none, its lines."""
    text = "\n".join(line.strip() for line in text.strip().splitlines())
    return [paragraph for each in re.split("\n\n+" if "\n\n" in text else "\n", text) if (paragraph := each.strip())]


def _with_opening(body: list[str], headline: str | None, lead: str | None) -> list[str]:
    known = {" ".join(paragraph.split()) for paragraph in body}
    opening = [line for line in (headline, lead) if line and " ".join(line.split()) not in known]
    if opening == [lead] and headline and " ".join(body[0].split()) == " ".join(headline.split()):
        return [body[0], *opening, *body[1:]]
    return [*opening, *body]


def _publisher(item: dict[str, Any]) -> str | None:
    sources = _parts(item.get("infosources"))
    return next((_string(source.get("name")) for source in sources if source.get("role") == "publisher"), None)


def _first(values: Any, role: str, *, only: bool = False) -> str | None:
    """The value with that role in a list of values with roles; else, unless ``only``, the first."""
    found = [(str(part.get("role")).lower(), _string(part.get("value"))) for part in _parts(values)]
    named = next((value for is_for, value in found if is_for == role and value), None)
    return named or (None if only else next((value for _, value in found if value), None))


def _parts(values: Any) -> list[dict[str, Any]]:
    return [_lowered(part) for part in values if isinstance(part, dict)] if isinstance(values, list) else []


def _lowered(item: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in item.items()}


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None

"""The schema.org description (JSON-LD) that a news page carries of its article."""

import json
from collections.abc import Iterator
from html import unescape
from typing import Any

from msgspec import Struct

_DEEPEST = 6


class NewsArticle(Struct, frozen=True, kw_only=True):
    """A schema.org Article or one of its kinds, each field as the page writes it, None where it does not."""

    headline: str | None = None
    lead: str | None = None
    text: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    url: str | None = None
    language: str | None = None


def news_article(scripts: list[str], types: list[str]) -> NewsArticle | None:
    """The first article of one of ``types`` in a page's ``application/ld+json`` scripts, None when there is none.
    Scripts that are no JSON are passed over, as search engines do. Lists of other articles are not looked into."""
    nodes = [node for script in scripts for node in _nodes(_parsed(script), _DEEPEST)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    for node in nodes:
        kinds = node.get("@type")
        if not {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)} & set(types):
            continue
        return NewsArticle(
            headline=_string(node.get("headline")) or _string(node.get("name")),
            lead=_string(node.get("description")),
            text=_string(node.get("articleBody")),
            published=_string(node.get("datePublished")),
            authors=tuple(_names(node.get("author"), by_id)),
            publisher=next(_names(node.get("publisher"), by_id), None),
            url=_address(node.get("mainEntityOfPage")) or _address(node.get("url")),
            language=_string(node.get("inLanguage")),
        )
    return None


def _parsed(script: str) -> Any:
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects that stand at the top, in lists and in ``@graph``, with what their page is mainly about."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        yield from _nodes(value.get("@graph"), depth - 1)
        yield from _nodes(value.get("mainEntity"), depth - 1)


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            known = item if "name" in item else by_id.get(str(item.get("@id")), {})
            names = known.get("name")
            yield from filter(None, (_string(name) for name in (names if isinstance(names, list) else [names])))
        elif name := _string(item):
            yield name


def _address(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    address = _string(value)
    return address if address and address.lower().startswith(("http://", "https://")) else None


def _string(value: Any) -> str | None:
    return unescape(value).strip() or None if isinstance(value, str) else None

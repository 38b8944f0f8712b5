"""RSS and Atom: what a feed says of each article. feedparser reads the many dialects there are."""

import hashlib
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import urljoin

from kildespor.errors import ArticleError, UsageError

if find_spec("feedparser") is None:
    raise UsageError("Feeds need packages that are not installed: pip install 'kildespor[feeds]'.")

import feedparser  # type: ignore[import-untyped]
import msgspec
from lxml import etree

from kildespor.articles.xml import parsed


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of one article: ``url``, None where it gives no http(s) address; ``published`` in EDTF;
    ``digest``, which changes when anything that the feed says of it does."""

    url: str | None
    title: str | None
    published: str | None
    digest: str


def entries(data: bytes, *, name: str, address: str | None = None, charset: str | None = None) -> Iterator[Entry]:
    """The entries of an RSS or Atom feed in its order, newest first as a rule.

    ``address`` is where the feed was, against which relative links are resolved; ``charset`` the encoding that the
    server named. Entities of XML are not expanded. Raises ArticleError, calling the feed ``name``, if it is none.
    """
    # As a stream: bytes that are given as such might be taken for the name of a file.
    document = io.BytesIO(etree.tostring(parsed(data, name=name, charset=charset), encoding="utf-8"))
    feed = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise ArticleError(f"{name} is no RSS or Atom feed. Give the address of the feed itself.")
    return (_entry(entry, address) for entry in feed.entries)


def _entry(entry: Any, address: str | None) -> Entry:
    url, title = _address(entry.get("link"), address), _line(entry.get("title"))
    published = _moment(entry.get("published_parsed"))
    # By dict, since feedparser's own get stands the time of publication in for a missing one, with a warning.
    told = (url or entry.get("link"), title, published, _moment(dict.get(entry, "updated_parsed")))
    digest = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]
    return Entry(url=url, title=title, published=published, digest=digest)


def _address(link: str | None, base: str | None) -> str | None:
    try:
        address = urljoin(base or "", (link or "").strip())
    except ValueError:
        return None
    return address if link and address.lower().startswith(("http://", "https://")) else None


def _line(title: str | None) -> str | None:
    return " ".join((title or "").split()) or None


def _moment(moment: time.struct_time | None) -> str | None:
    try:
        return datetime(*moment[:6], tzinfo=UTC).isoformat() if moment else None
    except ValueError:
        return None

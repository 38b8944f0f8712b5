"""Feeds followed into an archive: which are asked for, and how far each has been followed."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from kildespor.archive import rows, tables
from kildespor.articles import opml
from kildespor.articles.article import bytes_of
from kildespor.articles.fetch import parsed
from kildespor.articles.follow import Feed
from kildespor.errors import UsageError

LONGEST = 2000
"""Characters of a feed's address: PostgreSQL's index takes no key of more than 2704 bytes."""

_feed = msgspec.json.Decoder(Feed)


def addresses(feeds: Iterable[Path | str]) -> tuple[str, ...]:
    """The feeds' addresses, each once: those given as such, and for a path those of the OPML list that it names.

    Raises UsageError (no such file, no feed in it), ArticleError (no XML) or FetchError (an address that is none; in a
    list it is left to be told when its turn comes, beside the others).
    """
    named: list[str] = []
    for each in feeds:
        if isinstance(each, Path):
            named += opml.feeds(bytes_of(each), name=str(each))
        else:
            parsed(each)
            named.append(each)
    for address in named:
        if not address.isprintable() or len(address) > LONGEST:
            shown = address[:60].encode("ascii", "backslashreplace").decode()
            raise UsageError(f"{shown} … is no address of a feed. Copy it again, {LONGEST} characters at most.")
    return tuple(dict.fromkeys(named))


def states(connection: Connection, urls: Iterable[str]) -> tuple[Feed, ...]:
    """The feeds as they stood when they were last kept; a feed that is not there yet at its beginning."""
    f = tables.feeds.c
    urls = tuple(urls)
    kept = {feed.url: feed for feed in map(_feed.decode, connection.scalars(select(f.state).where(f.url.in_(urls))))}
    return tuple(kept.get(url) or Feed(url=url) for url in urls)


def keep(connection: Connection, feed: Feed) -> None:
    """Keep how far a feed has been followed, in the place of what was kept before."""
    rows.put(connection, tables.feeds, {"url": feed.url, "state": msgspec.json.encode(feed).decode()})

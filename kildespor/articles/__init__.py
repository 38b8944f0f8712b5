"""Articles in: a file, an address, a text or a collection becomes :class:`~kildespor.model.Article` values.

``article_from`` is the one way in for one article, ``articles_in`` for the many of a path, ``follow.follow`` for those
of feeds. ``text``, ``html``, ``warc``, ``ninjs``, ``jsonl``, ``parquet``, ``feeds`` and ``opml`` read the formats,
``fetch`` gets an address, ``robots`` asks whether it may, ``credit`` reads credit lines and bylines.
"""

from kildespor.articles.article import article_from, article_from_bytes
from kildespor.articles.failure import Failure
from kildespor.articles.many import articles_in

__all__ = ["Failure", "article_from", "article_from_bytes", "articles_in"]

"""Articles in: a file, an address or a text becomes an :class:`~kildespor.model.Article`.

``article_from`` is the one way in. ``text`` and ``html`` read the formats, ``fetch`` gets an address, ``credit`` reads
credit lines and bylines.
"""

from kildespor.articles.article import article_from, article_from_bytes

__all__ = ["article_from", "article_from_bytes"]

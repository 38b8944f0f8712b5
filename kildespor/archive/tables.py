"""The tables of an archive, the same in SQLite and PostgreSQL.

``versions.report`` holds what the model read, whole, as documented JSON. Everything from ``attributions`` down is
derived from the reports of current versions with the corrections applied, so that it can be searched; it is made anew
when an article changes, is read again or is corrected. ``migrations/`` creates all of it.

Words are searched in ``attributions.words`` and ``versions.words`` on PostgreSQL, and on SQLite in two FTS5 tables,
``attribution_words`` (content, source, relay) and ``article_words`` (title, body); see :mod:`kildespor.archive.words`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only what it calls INTEGER, which holds as much."""

# One row an article, whatever its versions. ``key`` is the digest of its address, or else of its file's path.
articles = Table(
    "articles",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
)

# One row a text that an article has had. ``digest`` is that of its content, ``came_from`` what was given to ``add``,
# ``outlet_key`` the outlet's name as it is compared, ``own_voice`` how many sentences the outlet says itself.
versions = Table(
    "versions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("article_id", Key, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("came_from", Text, nullable=False),
    Column("added", DateTime, nullable=False),
    Column("time", DateTime, nullable=False),
    Column("title", Text),
    Column("outlet", Text),
    Column("outlet_key", Text),
    Column("url", Text),
    Column("file", Text),
    Column("byline", Text),
    Column("published", Text),
    Column("language", Text),
    Column("credit", Text, nullable=False),
    Column("own_voice", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("words", TSVECTOR),
    Index(None, "article_id", "number", unique=True),
    Index(None, "outlet_key", "time"),
    Index(None, "model"),
)

# ``key`` is the attribution's id in the report, ``source`` and ``relay`` the names that a search finds it by,
# ``rests_on`` one of own, media, agency and nobody, ``correction`` accept or amend where a person has judged.
# ``outlet_key`` and ``time`` are the version's, so that one index serves a search.
attributions = Table(
    "attributions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source_id", Key, ForeignKey("sources.id"), index=True),
    Column("key", Text, nullable=False),
    Column("outlet_key", Text),
    Column("time", DateTime, nullable=False),
    Column("entity", Text),
    Column("source_kind", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("polarity", Text, nullable=False),
    Column("hearsay", Boolean, nullable=False),
    Column("rests_on", Text, nullable=False),
    Column("said", Text),
    Column("confidence", Float, nullable=False),
    Column("correction", Text),
    Column("content", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("relay", Text, nullable=False),
    Column("words", TSVECTOR),
    Index(None, "time", "id"),
    Index(None, "outlet_key", "time", "id"),
)

# ``key`` is the source's id in the report, ``control`` who controls it by the register.
sources = Table(
    "sources",
    metadata,
    Column("id", Key, primary_key=True),
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("register", Text),
    Column("control", Text),
    Column("wikidata", Text),
)

# ``number`` counts from 0, innermost first.
relays = Table(
    "relays",
    metadata,
    Column("attribution_id", Key, ForeignKey("attributions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("source_id", Key, ForeignKey("sources.id"), index=True),
    Column("entity", Text),
)

# ``starts`` and ``ends`` are character offsets into the article's text.
dates = Table(
    "dates",
    metadata,
    Column("id", Key, primary_key=True),
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("edtf", Text, nullable=False),
)

# What persons have judged, apart from what the model said. ``original`` is the attribution judged, ``amended`` what it
# should be, both as JSON, their spans pointing into the version's text.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Key, primary_key=True),
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made", DateTime, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("original", Text, nullable=False),
    Column("amended", Text),
)

# How far a feed has been followed: :class:`kildespor.articles.follow.Feed` as JSON.
feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("state", Text, nullable=False),
)

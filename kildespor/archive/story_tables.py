"""The tables by which articles are placed in stories, the same in SQLite and PostgreSQL; ``migrations/`` creates
them."""

from sqlalchemy import BigInteger, Column, DateTime, Float, ForeignKey, Index, LargeBinary, Table

from kildespor.archive.tables import Key, metadata

__all__ = ["metadata", "placed", "story_keys"]

# One row a version that has been placed. ``story`` is the id of the version that the story began with, ``tie`` how well
# it goes with the nearest other one in it, ``vector`` what it is about: 128 signed bytes, or none.
placed = Table(
    "placed",
    metadata,
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("story", Key, nullable=False, index=True),
    Column("time", DateTime, nullable=False),
    Column("tie", Float, nullable=False),
    Column("vector", LargeBinary),
    Index(None, "time"),
)

# The keys under which a version is looked up by later ones: its names and rare words, bands of its shingles and of its
# vector (:mod:`kildespor.stories.keys`). ``time`` is the version's, so that one index serves a look-up.
story_keys = Table(
    "story_keys",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("time", DateTime, primary_key=True),
    Column("version_id", Key, ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "version_id"),
    sqlite_with_rowid=False,
)

"""The steps by which an archive's schema has come about, run by Alembic when an archive is opened."""

HEAD = "0003"
"""The newest step: an archive at this revision needs none."""

REVISION_TABLE = "kildespor_revision"

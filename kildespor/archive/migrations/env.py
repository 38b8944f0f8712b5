"""What Alembic runs: the steps that are missing, over the connection and in the transaction that the archive gives."""

from alembic import context

from kildespor.archive.migrations import REVISION_TABLE
from kildespor.archive.story_tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=REVISION_TABLE
)
with context.begin_transaction():
    context.run_migrations()

"""Which articles tell one story."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "placed",
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("story", KEY, nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("tie", sa.Float(), nullable=False),
        sa.Column("vector", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("version_id", name="pk_placed"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_placed_version_id", ondelete="CASCADE"),
    )
    op.create_index("ix_placed_story", "placed", ["story"])
    op.create_index("ix_placed_time", "placed", ["time"])
    op.create_table(
        "story_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("key", "time", "version_id", name="pk_story_keys"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_story_keys_version_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_keys_version_id", "story_keys", ["version_id"])

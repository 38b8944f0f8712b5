"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE = (
    """CREATE VIRTUAL TABLE attribution_words USING fts5(
        content, source, relay,
        content='attributions', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER attribution_words_in AFTER INSERT ON attributions BEGIN
        INSERT INTO attribution_words(rowid, content, source, relay)
        VALUES (new.id, new.content, new.source, new.relay);
    END""",
    """CREATE TRIGGER attribution_words_out AFTER DELETE ON attributions BEGIN
        INSERT INTO attribution_words(attribution_words, rowid, content, source, relay)
        VALUES ('delete', old.id, old.content, old.source, old.relay);
    END""",
    """CREATE VIRTUAL TABLE article_words USING fts5(
        title, body, content='', tokenize='unicode61 remove_diacritics 0')""",
)

POSTGRESQL = (
    "ALTER TABLE versions ADD COLUMN words tsvector",
    "ALTER TABLE attributions ADD COLUMN words tsvector",
    "CREATE INDEX ix_versions_words ON versions USING gin (words)",
    "CREATE INDEX ix_attributions_words ON attributions USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("key", name="uq_articles_key"),
    )
    op.create_table(
        "versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("came_from", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(), nullable=False),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("outlet", sa.Text()),
        sa.Column("outlet_key", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("file", sa.Text()),
        sa.Column("byline", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("own_voice", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], "fk_versions_article_id", ondelete="CASCADE"),
        sa.UniqueConstraint("digest", name="uq_versions_digest"),
    )
    op.create_index("ix_versions_article_id_number", "versions", ["article_id", "number"], unique=True)
    op.create_index("ix_versions_outlet_key_time", "versions", ["outlet_key", "time"])
    op.create_index("ix_versions_model", "versions", ["model"])
    op.create_table(
        "sources",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("register", sa.Text()),
        sa.Column("control", sa.Text()),
        sa.Column("wikidata", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_sources_version_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sources_version_id", "sources", ["version_id"])
    op.create_table(
        "attributions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("source_id", KEY),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outlet_key", sa.Text()),
        sa.Column("time", sa.DateTime(), nullable=False),
        sa.Column("entity", sa.Text()),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("hearsay", sa.Boolean(), nullable=False),
        sa.Column("rests_on", sa.Text(), nullable=False),
        sa.Column("said", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("correction", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attributions"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_attributions_version_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], "fk_attributions_source_id"),
    )
    op.create_index("ix_attributions_version_id", "attributions", ["version_id"])
    op.create_index("ix_attributions_source_id", "attributions", ["source_id"])
    op.create_index("ix_attributions_time_id", "attributions", ["time", "id"])
    op.create_index("ix_attributions_outlet_key_time_id", "attributions", ["outlet_key", "time", "id"])
    op.create_table(
        "relays",
        sa.Column("attribution_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_id", KEY),
        sa.Column("entity", sa.Text()),
        sa.PrimaryKeyConstraint("attribution_id", "number", name="pk_relays"),
        sa.ForeignKeyConstraint(
            ["attribution_id"], ["attributions.id"], "fk_relays_attribution_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], "fk_relays_source_id"),
    )
    op.create_index("ix_relays_source_id", "relays", ["source_id"])
    op.create_table(
        "dates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("edtf", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dates"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_dates_version_id", ondelete="CASCADE"),
    )
    op.create_index("ix_dates_version_id", "dates", ["version_id"])
    op.create_table(
        "corrections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("amended", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], "fk_corrections_version_id", ondelete="CASCADE"),
    )
    op.create_index("ix_corrections_version_id", "corrections", ["version_id"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)

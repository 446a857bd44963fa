"""Lists of ideas: places that were left, words to search, looks, saved searches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.idea_lists import Xid8

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RANK_COLUMNS = ("fresh_weight", "rating_for", "rating_against", "exploring", "chance")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    rank_columns()
    op.create_table(
        "rank_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("xact", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("list", sa.String(length=8), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("list IN ('top', 'rising')", name=op.f("ck_rank_moves_list_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rank_moves")),
    )
    op.create_index("ix_rank_moves_list_xact", "rank_moves", ["list", "xact"], unique=False)
    op.create_index("ix_rank_moves_moved_at", "rank_moves", ["moved_at"], unique=False)
    texts()
    looks()
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("alert", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_searches_user_id_name"),
    )
    op.create_index(
        "ix_saved_searches_due",
        "saved_searches",
        ["looked_at"],
        unique=False,
        postgresql_where=sa.text("alert"),
    )


def rank_columns() -> None:
    """Give the ranks what ratings say, and the pool of ideas that are still to be seen."""
    for name, kind, value in (
        ("fresh_weight", sa.Float(), "0"), ("rating_for", sa.Float(), "0"),
        ("rating_against", sa.Float(), "0"), ("exploring", sa.Boolean(), "true"),
        ("chance", sa.Float(), "random()"),
    ):  # fmt: skip
        op.add_column("idea_ranks", sa.Column(name, kind, server_default=sa.text(value), nullable=False))
        op.alter_column("idea_ranks", name, server_default=None)
    op.create_index(
        "ix_idea_ranks_language_quality",
        "idea_ranks",
        ["language", sa.literal_column("quality DESC"), sa.literal_column("idea_id DESC")],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_idea_ranks_exploring",
        "idea_ranks",
        ["chance"],
        unique=False,
        postgresql_where=sa.text("listed AND exploring"),
    )


def texts() -> None:
    """Make what a search reads."""
    op.create_table(
        "idea_texts",
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("built", sa.Boolean(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_texts_idea_id_ideas"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_idea_texts")),
    )
    op.create_index("ix_idea_texts_words", "idea_texts", ["words"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_idea_texts_quality",
        "idea_texts",
        [sa.literal_column("quality DESC"), sa.literal_column("idea_id DESC")],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_table(
        "vocabulary",
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_vocabulary")),
    )
    op.create_index(
        "ix_vocabulary_word_trigrams",
        "vocabulary",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )


def looks() -> None:
    """Make what a view is counted by."""
    op.create_table(
        "idea_looks",
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "day", "visitor", name=op.f("pk_idea_looks")),
    )
    op.create_index(op.f("ix_idea_looks_day"), "idea_looks", ["day"], unique=False)
    op.create_table(
        "view_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("qualified", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_deltas")),
    )


def downgrade() -> None:
    for table in ("saved_searches", "view_deltas", "idea_looks", "vocabulary", "idea_texts", "rank_moves"):
        op.drop_table(table)
    op.drop_index("ix_idea_ranks_exploring", "idea_ranks")
    op.drop_index("ix_idea_ranks_language_quality", "idea_ranks")
    for name in RANK_COLUMNS:
        op.drop_column("idea_ranks", name)
    # The extension stays: whoever else uses the database may need it.

"""Comments, and reviews by buyers."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comments()
    reviews()


def comments() -> None:
    """Make comments and their earlier words."""
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_comments_idea_id_ideas"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_comments_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    newest = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index(
        "ix_comments_threads", "comments", ["idea_id", *newest], unique=False,
        postgresql_where=sa.text("parent_id IS NULL"),
    )  # fmt: skip
    op.create_index("ix_comments_answers", "comments", ["parent_id", *newest], unique=False)
    op.create_index("ix_comments_user_id_created_at", "comments", ["user_id", "created_at"], unique=False)
    op.create_index(
        "ix_comments_deleted_at", "comments", ["deleted_at"], unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL AND words <> ''"),
    )  # fmt: skip
    op.create_table(
        "comment_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_versions_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_versions")),
    )
    op.create_index(op.f("ix_comment_versions_comment_id"), "comment_versions", ["comment_id"], unique=False)


def reviews() -> None:
    """Make reviews, their replies and marks."""
    scales = ("clarity", "novelty", "feasibility")
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in scales),
        sa.Column("would_build", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 5", name=op.f(f"ck_reviews_{name}_range"))
            for name in scales
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_reviews_idea_id_ideas"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reviews_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("idea_id", "user_id", name="uq_reviews_idea_id_user_id"),
    )
    newest = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index("ix_reviews_idea_id_created_at", "reviews", ["idea_id", *newest], unique=False)
    op.create_index("ix_reviews_user_id", "reviews", ["user_id"], unique=False)
    hanging("review_replies", sa.Column("words", sa.Text(), nullable=False), keys=["review_id"])
    op.add_column("review_replies", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    hanging("review_marks", keys=["review_id", "user_id"], ondelete="CASCADE")


def hanging(name: str, *columns: sa.Column[str], keys: list[str], ondelete: str | None = None) -> None:
    """Make a table of what somebody added to a review."""
    op.create_table(
        name,
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f(f"fk_{name}_review_id_reviews"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id_users"), ondelete=ondelete
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("review_marks", "review_replies", "reviews", "comment_versions", "comments"):
        op.drop_table(table)

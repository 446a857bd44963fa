"""Ideas that resemble others, and accounts that vote as one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    likeness()
    rings()


def likeness() -> None:
    """Make what texts are compared by, and what was found."""
    op.create_table(
        "idea_sketches",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("method", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        refers("idea_sketches", "idea_id", "ideas"),
        refers("idea_sketches", "version_id", "idea_versions"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_idea_sketches")),
    )
    op.create_index("ix_idea_sketches_digest", "idea_sketches", ["digest"], unique=False)
    op.create_index(op.f("ix_idea_sketches_idea_id"), "idea_sketches", ["idea_id"], unique=False)
    op.create_index(
        "ix_idea_sketches_numbers", "idea_sketches", ["numbers"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "idea_likenesses",
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("other_version_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("public_share", sa.Float(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("bought", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_share", sa.Float(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        refers("idea_likenesses", "idea_id", "ideas"),
        refers("idea_likenesses", "other_id", "ideas"),
        refers("idea_likenesses", "other_version_id", "idea_versions"),
        refers("idea_likenesses", "version_id", "idea_versions"),
        sa.PrimaryKeyConstraint("idea_id", "other_id", name=op.f("pk_idea_likenesses")),
    )
    for column in ("other_id", "other_version_id", "version_id"):
        op.create_index(op.f(f"ix_idea_likenesses_{column}"), "idea_likenesses", [column], unique=False)


def rings() -> None:
    """Make what is known of accounts that vote as one."""
    op.create_table(
        "vote_rings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("signs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('suspected', 'stopped', 'cleared')", name=op.f("ck_vote_rings_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_rings")),
    )
    op.create_index("ix_vote_rings_seen_at", "vote_rings", ["seen_at"], unique=False)
    op.create_table(
        "ring_votes",
        sa.Column("ring_id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        refers("ring_votes", "idea_id", "ideas"),
        refers("ring_votes", "ring_id", "vote_rings"),
        refers("ring_votes", "user_id", "users"),
        sa.PrimaryKeyConstraint("ring_id", "idea_id", "user_id", name=op.f("pk_ring_votes")),
    )
    op.create_index("ix_ring_votes_idea_id_user_id", "ring_votes", ["idea_id", "user_id"], unique=False)
    op.create_index(op.f("ix_ring_votes_user_id"), "ring_votes", ["user_id"], unique=False)


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return a key whose rows go with what they refer to."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("ring_votes", "vote_rings", "idea_likenesses", "idea_sketches"):
        op.drop_table(table)

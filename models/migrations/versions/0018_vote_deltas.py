"""Votes that wait are found by their idea."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_vote_deltas_idea_id", "vote_deltas", ["idea_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_vote_deltas_idea_id", table_name="vote_deltas")

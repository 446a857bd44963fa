"""Upgrades: what an execution that merges a newer template version starts from, and what was chosen for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "executions",
        sa.Column("upgrade", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    op.alter_column("executions", "upgrade", server_default=None)


def downgrade() -> None:
    op.drop_column("executions", "upgrade")

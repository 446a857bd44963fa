"""The first page of Top is kept, ready to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty: lists are read from the ranks until the first transaction, or the clock, fills it.
    op.create_table(
        "top_heads",
        sa.Column("hand", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.String(length=9), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hand", "place", name=op.f("pk_top_heads")),
        postgresql_with={"fillfactor": "60"},
    )


def downgrade() -> None:
    op.drop_table("top_heads")

"""Accounts that wait for the proof of their address."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("after", sa.String(length=500), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ups_token_hash")),
    )
    op.create_index(op.f("ix_sign_ups_email"), "sign_ups", ["email"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_ups_email"), table_name="sign_ups")
    op.drop_table("sign_ups")

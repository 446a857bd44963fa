"""Events are chained by hash; an execution keeps its artefacts, and the installation its public keys."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("chain_hash", sa.LargeBinary(), nullable=True))
    op.create_table(
        "artefacts",
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *of_execution("artefacts"),
        sa.PrimaryKeyConstraint("execution_id", "name", name=op.f("pk_artefacts")),
    )
    op.create_table(
        "log_ends",
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("start_hash", sa.LargeBinary(), nullable=True),
        sa.Column("end_seq", sa.BigInteger(), nullable=False),
        sa.Column("end_hash", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *of_execution("log_ends"),
        sa.PrimaryKeyConstraint("execution_id", name=op.f("pk_log_ends")),
    )
    for table in ("artefacts", "log_ends"):
        op.create_index(op.f(f"ix_{table}_team_id"), table, ["team_id"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )


def of_execution(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    """Return the keys of a table whose rows go with their execution."""
    return (
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f(f"fk_{table}_execution_id_executions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{table}_team_id_teams")),
    )


def downgrade() -> None:
    for table in ("signing_keys", "log_ends", "artefacts"):
        op.drop_table(table)
    op.drop_column("events", "chain_hash")

"""Retries with a history, branches, pauses, time limits, and turns between users."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Table, column, type, and what rows have that exist already.
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[object], str], ...] = (
    ("executions", "attempt", sa.Integer(), "1"),
    ("executions", "build", sa.Integer(), "1"),
    ("executions", "from_step", sa.String(length=40), ""),
    ("releases", "build", sa.Integer(), "1"),
    ("steps", "input_hash", sa.String(length=64), ""),
    ("steps", "fresh", sa.Boolean(), "false"),
    ("steps", "spent_s", sa.Float(), "0"),
)
OPEN = "state IN ('queued', 'running')"


def upgrade() -> None:
    for table, name, kind, before in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=before))
        op.alter_column(table, name, server_default=None)
    op.add_column("executions", sa.Column("pause_requested_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("executions", sa.Column("from_execution_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_executions_from_execution_id"), "executions", ["from_execution_id"])
    op.create_index(
        "ix_executions_turn", "executions", ["user_id", "created_at"], postgresql_where=sa.text(OPEN)
    )
    op.add_column("steps", sa.Column("reused_from", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_steps_input_hash",
        "steps",
        ["team_id", "input_hash"],
        postgresql_where=sa.text("input_hash <> ''"),
    )
    op.drop_constraint("uq_releases_execution_id", "releases", type_="unique")
    op.create_unique_constraint("uq_releases_execution_id_build", "releases", ["execution_id", "build"])
    create_attempts()
    create_turns()


def create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("config", postgresql.JSONB(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("next_action", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"],
            ["executions.id"],
            name=op.f("fk_attempts_execution_id_executions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_attempts_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("execution_id", "number", name=op.f("uq_attempts_execution_id_number")),
    )
    op.create_index(op.f("ix_attempts_team_id"), "attempts", ["team_id"])


def create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_turns_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_turns")),
    )
    op.execute("INSERT INTO turns (user_id) SELECT DISTINCT user_id FROM executions")


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("attempts")
    # Only one release of an execution fits into the older schema: its last.
    op.execute(
        "DELETE FROM releases AS r USING releases AS later "
        "WHERE later.execution_id = r.execution_id AND later.build > r.build"
    )
    op.drop_constraint("uq_releases_execution_id_build", "releases", type_="unique")
    op.create_unique_constraint("uq_releases_execution_id", "releases", ["execution_id"])
    op.drop_index("ix_steps_input_hash", "steps")
    op.drop_column("steps", "reused_from")
    op.drop_index("ix_executions_turn", "executions")
    op.drop_index(op.f("ix_executions_from_execution_id"), "executions")
    op.drop_column("executions", "from_execution_id")
    op.drop_column("executions", "pause_requested_at")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)

"""Backups of the data of applications, and their restores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    """Return a column with a moment."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column(
        "deployments", sa.Column("nightly_backup", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.alter_column("deployments", "nightly_backup", server_default=None)
    make_backups()
    make_restores()


def make_backups() -> None:
    """Make the table of backups."""
    op.create_table(
        "deployment_backups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("release_number", sa.Integer(), nullable=True),
        sa.Column("next_release_id", sa.Uuid(), nullable=True),
        sa.Column("template_version", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("data_bytes", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.LargeBinary(), nullable=True),
        sa.Column("contents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("created_at", nullable=False),
        moment("taken_at"),
        moment("delete_at"),
        sa.CheckConstraint(
            "kind IN ('manual', 'nightly', 'before_restore', 'before_release')",
            name=op.f("ck_deployment_backups_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('wanted', 'ready', 'failed', 'empty')", name=op.f("ck_deployment_backups_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_deployment_backups_deployment_id_deployments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_deployment_backups_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment_backups")),
        sa.UniqueConstraint("deployment_id", "night", name=op.f("uq_deployment_backups_deployment_id_night")),
    )
    op.create_index(op.f("ix_deployment_backups_team_id"), "deployment_backups", ["team_id"], unique=False)
    op.create_index(
        "ix_deployment_backups_deployment_id_created_at",
        "deployment_backups",
        ["deployment_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_deployment_backups_open",
        "deployment_backups",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'wanted'"),
    )


def make_restores() -> None:
    """Make the table of restores."""
    op.create_table(
        "deployment_restores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("backup_id", sa.Uuid(), nullable=True),
        sa.Column("before_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("rolled_from_id", sa.Uuid(), nullable=True),
        moment("created_at", nullable=False),
        moment("finished_at"),
        sa.CheckConstraint(
            "state IN ('wanted', 'done', 'returned', 'failed')",
            name=op.f("ck_deployment_restores_state_known"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_deployment_restores_{column}_{table}"),
                ondelete=ondelete,
            )
            for column, table, ondelete in (
                ("deployment_id", "deployments", "CASCADE"),
                ("team_id", "teams", None),
                ("backup_id", "deployment_backups", "SET NULL"),
                ("before_id", "deployment_backups", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment_restores")),
    )
    for column in ("deployment_id", "team_id", "backup_id", "before_id"):
        op.create_index(
            op.f(f"ix_deployment_restores_{column}"), "deployment_restores", [column], unique=False
        )
    op.create_index(
        "uq_deployment_restores_open",
        "deployment_restores",
        ["deployment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'wanted'"),
    )


def downgrade() -> None:
    op.drop_table("deployment_restores")
    op.drop_table("deployment_backups")
    op.drop_column("deployments", "nightly_backup")

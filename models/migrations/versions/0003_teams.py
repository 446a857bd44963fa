"""Profiles, invitations, exports, and what is left of a deleted team."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = "accepted_at IS NULL AND declined_at IS NULL AND revoked_at IS NULL"
TO_EMPTY = "deleted_at IS NOT NULL AND emptied_at IS NULL"
AT_WORK = "state IN ('queued', 'running')"


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    # Only now, while there are rows: new ones are given theirs by the product.
    for name, length, default in (
        ("avatar", 64, ""),
        ("time_zone", 64, ""),
        ("language", 8, "en"),
        ("theme", 8, "system"),
    ):
        op.add_column(
            "users", sa.Column(name, sa.String(length=length), nullable=False, server_default=default)
        )
        op.alter_column("users", name, server_default=None)
    op.add_column("users", moment("erased_at"))
    op.create_check_constraint(op.f("ck_users_theme_known"), "users", "theme IN ('system', 'light', 'dark')")
    op.create_check_constraint(op.f("ck_users_language_known"), "users", "language IN ('en')")
    op.add_column("teams", moment("deleted_at"))
    op.add_column("teams", moment("emptied_at"))
    op.create_index("ix_teams_to_empty", "teams", ["deleted_at"], postgresql_where=sa.text(TO_EMPTY))
    op.add_column("sessions", sa.Column("team_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sessions_team_id_teams"), "sessions", "teams", ["team_id"], ["id"], ondelete="SET NULL"
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        moment("created_at", nullable=False),
        moment("expires_at", nullable=False),
        moment("accepted_at"),
        moment("declined_at"),
        moment("revoked_at"),
        sa.CheckConstraint(
            "role IN ('owner', 'admin', 'member', 'viewer')", name=op.f("ck_invitations_role_known")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_invitations_invited_by_users")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_invitations_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_invited_by"), "invitations", ["invited_by"])
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["team_id", "email"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        moment("lease_until"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        moment("created_at", nullable=False),
        moment("finished_at"),
        moment("expires_at"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'ready', 'failed')", name=op.f("ck_exports_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_exports_team_id_teams"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exports_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(
        "ix_exports_user_id_created_at", "exports", ["user_id", sa.literal_column("created_at DESC")]
    )
    op.create_index(
        "uq_exports_at_work", "exports", ["user_id"], unique=True, postgresql_where=sa.text(AT_WORK)
    )


def downgrade() -> None:
    op.drop_table("exports")
    op.drop_table("invitations")
    op.drop_constraint(op.f("fk_sessions_team_id_teams"), "sessions", type_="foreignkey")
    op.drop_column("sessions", "team_id")
    op.drop_index("ix_teams_to_empty", table_name="teams", postgresql_where=sa.text(TO_EMPTY))
    op.drop_column("teams", "emptied_at")
    op.drop_column("teams", "deleted_at")
    op.drop_constraint(op.f("ck_users_language_known"), "users", type_="check")
    op.drop_constraint(op.f("ck_users_theme_known"), "users", type_="check")
    for name in ("erased_at", "theme", "language", "time_zone", "avatar"):
        op.drop_column("users", name)

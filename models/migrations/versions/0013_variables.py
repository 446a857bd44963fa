"""Environment variables of deployments, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REVISIONS = ("variables_revision", "observed_variables")


def upgrade() -> None:
    for name in REVISIONS:
        op.add_column("deployments", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        op.alter_column("deployments", name, server_default=None)
    op.add_column("deployments", sa.Column("variables_sealed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "deployment_variables",
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('plain', 'secret')", name=op.f("ck_deployment_variables_kind_known")),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_deployment_variables_deployment_id_deployments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_deployment_variables_team_id_teams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_deployment_variables_user_id_users")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "name", name=op.f("pk_deployment_variables")),
    )
    for column in ("team_id", "user_id"):
        op.create_index(
            op.f(f"ix_deployment_variables_{column}"), "deployment_variables", [column], unique=False
        )


def downgrade() -> None:
    op.drop_table("deployment_variables")
    op.drop_column("deployments", "variables_sealed_at")
    for name in reversed(REVISIONS):
        op.drop_column("deployments", name)

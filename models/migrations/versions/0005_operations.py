"""Operations: ratings, facts of the installation, examples, and what the retention has removed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "host", name=op.f("pk_facts")),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("template_slug", sa.String(length=60), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=280), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars_range")),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_ratings_deployment_id_deployments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ratings_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ratings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("deployment_id", name=op.f("uq_ratings_deployment_id")),
    )
    for column in ("team_id", "template_slug", "user_id"):
        op.create_index(op.f(f"ix_ratings_{column}"), "ratings", [column], unique=False)
    op.add_column("executions", sa.Column("example", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("executions", "example", server_default=None)
    op.add_column("executions", moment("log_cleaned_at"))
    op.add_column("executions", moment("files_cleaned_at"))
    op.create_index("ix_executions_finished_at", "executions", ["finished_at"])
    op.add_column("releases", moment("cleaned_at"))


def downgrade() -> None:
    op.drop_column("releases", "cleaned_at")
    op.drop_index("ix_executions_finished_at", table_name="executions")
    for column in ("files_cleaned_at", "log_cleaned_at", "example"):
        op.drop_column("executions", column)
    op.drop_table("ratings")
    op.drop_table("facts")

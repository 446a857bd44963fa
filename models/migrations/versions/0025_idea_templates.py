"""Templates made of ideas, and what was built from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idea_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("template_slug", sa.String(length=60), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["ideas.id"], name=op.f("fk_idea_templates_idea_id_ideas"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_idea_templates_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["template_versions.id"],
            name=op.f("fk_idea_templates_template_version_id_template_versions"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_idea_templates_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_templates")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_idea_templates_idea_id")),
    )
    for name in ("team_id", "template_version_id", "user_id"):
        op.create_index(f"ix_idea_templates_{name}", "idea_templates", [name], unique=False)
    newest = [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    shown = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "ix_idea_templates_created_at", "idea_templates", newest, unique=False, postgresql_where=shown
    )
    op.create_index(
        "ix_idea_templates_template_slug",
        "idea_templates",
        ["template_slug", *newest],
        unique=False,
        postgresql_where=shown,
    )
    builds()


def builds() -> None:
    op.create_table(
        "template_builds",
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("idea_template_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("author_cents", sa.Integer(), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "author_cents BETWEEN 0 AND price_cents", name=op.f("ck_template_builds_share_of_the_price")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_template_builds_author_id_users")),
        sa.ForeignKeyConstraint(
            ["idea_template_id"],
            ["idea_templates.id"],
            name=op.f("fk_template_builds_idea_template_id_idea_templates"),
        ),
        sa.PrimaryKeyConstraint("execution_id", name=op.f("pk_template_builds")),
    )
    for name in ("author_id", "idea_template_id"):
        columns = [name, sa.literal_column("created_at DESC")]
        op.create_index(f"ix_template_builds_{name}", "template_builds", columns, unique=False)


def downgrade() -> None:
    op.drop_table("template_builds")
    op.drop_table("idea_templates")

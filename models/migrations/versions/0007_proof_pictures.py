"""Pictures that proofs take of templates."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = "proof_pictures"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=False),
        sa.Column("preset", sa.String(length=120), nullable=False),
        sa.Column("screen", sa.String(length=16), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_proof_pictures_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["template_versions.id"],
            name=op.f("fk_proof_pictures_template_version_id_template_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_pictures")),
        sa.UniqueConstraint(
            "template_version_id",
            "preset",
            "screen",
            "scheme",
            "width",
            name="uq_proof_pictures_file",
        ),
    )
    op.create_index(op.f("ix_proof_pictures_team_id"), TABLE, ["team_id"], unique=False)
    op.create_index(op.f("ix_proof_pictures_digest"), TABLE, ["digest"], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)

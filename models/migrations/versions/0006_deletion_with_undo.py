"""A deletion of a deployment can be undone for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("wanted_before", sa.String(length=16), nullable=False, server_default="")
    op.add_column("deployments", column)
    op.alter_column("deployments", "wanted_before", server_default=None)
    op.add_column("deployments", sa.Column("delete_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE deployments SET delete_at = now() WHERE wanted = 'deleted' AND deleted_at IS NULL")


def downgrade() -> None:
    op.drop_column("deployments", "delete_at")
    op.drop_column("deployments", "wanted_before")

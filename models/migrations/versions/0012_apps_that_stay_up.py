"""Apps that stay up: the release to return to, sleep, what an app uses, and its minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = ("unknown", "starting", "running", "unhealthy", "crashed", "stopped")
COLUMNS = (
    ("good_release_id", sa.Uuid()),
    ("sleep_after_s", sa.Integer()),
    ("memory_bytes", sa.BigInteger()),
    ("cpu_share", sa.Float()),
    ("disk_bytes", sa.BigInteger()),
)
COUNTS = ("requests", "errors", "well", "ill", "off")


def know(states: tuple[str, ...]) -> None:
    """Keep `observed` to these states."""
    words = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_deployments_observed_known"), "deployments", type_="check")
    op.create_check_constraint(op.f("ck_deployments_observed_known"), "deployments", f"observed IN ({words})")


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("deployments", sa.Column(name, kind, nullable=True))
    know((*BEFORE, "sleeping"))
    # What serves when this arrives has stood longer than any probation.
    op.execute("UPDATE deployments SET good_release_id = observed_release_id WHERE observed = 'running'")
    op.create_table(
        "deployment_minutes",
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_deployment_minutes_deployment_id_deployments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_deployment_minutes_team_id_teams")),
        sa.PrimaryKeyConstraint("deployment_id", "minute", "source", name=op.f("pk_deployment_minutes")),
    )
    op.create_index(op.f("ix_deployment_minutes_team_id"), "deployment_minutes", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("deployment_minutes")
    op.execute("UPDATE deployments SET observed = 'stopped' WHERE observed = 'sleeping'")
    know(BEFORE)
    for name, _ in reversed(COLUMNS):
        op.drop_column("deployments", name)

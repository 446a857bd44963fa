"""Moderation: reports, cases, decisions, appeals; what an account did on a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

REASONS = "'spam', 'fraud', 'copied', 'hate', 'illegal', 'private', 'misleading', 'votes', 'other'"


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    """Return a moment in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def document(name: str) -> sa.Column:
    """Return a JSON document."""
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def person(table: str, column: str, **more: str) -> sa.ForeignKeyConstraint:
    """Return the foreign key to an account."""
    return sa.ForeignKeyConstraint([column], ["users.id"], name=op.f(f"fk_{table}_{column}_users"), **more)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("subject_user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sources", postgresql.ARRAY(sa.Text()), nullable=False),
        document("data"),
        moment("created_at"),
        moment("due_at"),
        moment("decided_at", nullable=True),
        sa.CheckConstraint("state IN ('open', 'appealed', 'decided')", name=op.f("ck_cases_state_known")),
        person("cases", "subject_user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    waiting, decided = sa.text("state <> 'decided'"), sa.text("state = 'decided'")
    op.create_index(
        "uq_cases_open", "cases", ["subject_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_cases_queue", "cases", ["due_at", "id"], unique=False, postgresql_where=waiting)
    op.create_index(
        "ix_cases_decided", "cases", [sa.text("decided_at DESC"), sa.text("id DESC")], unique=False,
        postgresql_where=decided,
    )  # fmt: skip
    op.create_index("ix_cases_subject_id", "cases", ["subject_id"], unique=False)
    op.create_index("ix_cases_subject_user_id", "cases", ["subject_user_id"], unique=False)
    reports()
    decisions()
    appeals()
    days()


def reports() -> None:
    """Make the table of reports."""
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        moment("created_at"),
        moment("closed_at", nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_reports_reason_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reports_case_id_cases")),
        person("reports", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(
        "uq_reports_open", "reports", ["user_id", "subject_id"], unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )  # fmt: skip
    op.create_index(op.f("ix_reports_case_id"), "reports", ["case_id"], unique=False)
    op.create_index(
        "ix_reports_user_id_created_at",
        "reports",
        ["user_id", sa.text("created_at DESC"), sa.text("id DESC")],
        unique=False,
    )


def decisions() -> None:
    """Make the table of decisions."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("subject_user_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        document("data"),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        moment("created_at"),
        moment("final_at", nullable=True),
        sa.CheckConstraint(
            "action IN ('keep', 'hide', 'warn', 'restore', 'close')", name=op.f("ck_decisions_action_known")
        ),
        sa.CheckConstraint(f"rule IN ({REASONS})", name=op.f("ck_decisions_rule_known")),
        sa.CheckConstraint(
            "state IN ('proposed', 'final', 'undone', 'overturned')", name=op.f("ck_decisions_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id_cases")),
        person("decisions", "subject_user_id"),
        person("decisions", "decided_by"),
        person("decisions", "confirmed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        "uq_decisions_proposed", "decisions", ["case_id"], unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )  # fmt: skip
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"], unique=False)
    op.create_index(
        "ix_decisions_subject_user_id",
        "decisions",
        ["subject_user_id", sa.text("created_at DESC"), sa.text("id DESC")],
        unique=False,
    )


def appeals() -> None:
    """Make the table of appeals."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        moment("created_at"),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        moment("answered_at", nullable=True),
        sa.CheckConstraint("outcome IN ('', 'upheld', 'overturned')", name=op.f("ck_appeals_outcome_known")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id_decisions")
        ),
        person("appeals", "user_id"),
        person("appeals", "answered_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
    )
    op.create_index(op.f("ix_appeals_user_id"), "appeals", ["user_id"], unique=False)


def days() -> None:
    """Make the table of what an account did on a day."""
    counts = ("reads", "ideas", "comments", "reviews", "reports")
    op.create_table(
        "trust_days",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        person("trust_days", "user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_trust_days")),
    )
    op.create_index("ix_trust_days_day", "trust_days", ["day"], unique=False)


def downgrade() -> None:
    for table in ("trust_days", "appeals", "decisions", "reports", "cases"):
        op.drop_table(table)

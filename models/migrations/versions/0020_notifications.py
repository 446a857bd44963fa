"""Notifications: follows, what people are told of and how; saved searches that can be brought back."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('comment', 'answer', 'review', 'reply', 'purchase', 'published', 'saved_search', 'moderation')"
)
NAME = "uq_saved_searches_user_id_name"


def upgrade() -> None:
    follows()
    notifications()
    causes()
    op.create_table(
        "notification_settings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ways", sa.String(length=8), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_notification_settings_kind_known")),
        sa.CheckConstraint(
            "ways IN ('off', 'page', 'mail')", name=op.f("ck_notification_settings_ways_known")
        ),
        person("notification_settings"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_settings")),
    )
    op.add_column(
        "messages", sa.Column("unsubscribe", sa.String(length=300), nullable=False, server_default="")
    )
    op.alter_column("messages", "unsubscribe", server_default=None)
    op.add_column("saved_searches", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    there = sa.text("deleted_at IS NULL")
    op.drop_constraint(NAME, "saved_searches", type_="unique")
    op.create_index(NAME, "saved_searches", ["user_id", "name"], unique=True, postgresql_where=there)
    op.drop_index("ix_saved_searches_due", "saved_searches")
    due = sa.text("alert AND deleted_at IS NULL")
    op.create_index("ix_saved_searches_due", "saved_searches", ["looked_at"], postgresql_where=due)


def person(table: str, column: str = "user_id", ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    """Return the reference of a table to an account."""
    return sa.ForeignKeyConstraint(
        [column], ["users.id"], name=op.f(f"fk_{table}_{column}_users"), ondelete=ondelete
    )


def follows() -> None:
    """Make the table of who follows whom."""
    op.create_table(
        "follows",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("user_id <> author_id", name=op.f("ck_follows_not_oneself")),
        person("follows", "author_id"),
        person("follows"),
        sa.PrimaryKeyConstraint("author_id", "user_id", name=op.f("pk_follows")),
    )
    op.create_index(
        "ix_follows_user_id_created_at",
        "follows",
        ["user_id", sa.text("created_at DESC"), sa.text("author_id DESC")],
    )


def notifications() -> None:
    """Make the table of what is told."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
            for name, nullable in (
                ("created_at", False),
                ("changed_at", False),
                ("read_at", True),
                ("mail_due_at", True),
                ("mailed_at", True),
            )
        ),
        sa.CheckConstraint(KINDS, name=op.f("ck_notifications_kind_known")),
        person("notifications"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "uq_notifications_unread",
        "notifications",
        ["user_id", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_notifications_user_id_changed_at",
        "notifications",
        ["user_id", sa.text("changed_at DESC"), sa.text("id DESC")],
    )
    for name, column in (("mail_due", "mail_due_at"), ("read_at", "read_at")):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_notifications_{name}", "notifications", [column], postgresql_where=there)


def causes() -> None:
    """Make the table of what happened."""
    op.create_table(
        "notification_causes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cause_id", sa.String(length=40), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        person("notification_causes"),
        person("notification_causes", "by_id", "SET NULL"),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name=op.f("fk_notification_causes_notification_id_notifications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "cause_id", name=op.f("pk_notification_causes")),
    )
    op.create_index(
        op.f("ix_notification_causes_notification_id"), "notification_causes", ["notification_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_saved_searches_due", "saved_searches")
    op.drop_index(NAME, "saved_searches")
    op.execute("DELETE FROM saved_searches WHERE deleted_at IS NOT NULL")
    op.drop_column("saved_searches", "deleted_at")
    op.create_unique_constraint(NAME, "saved_searches", ["user_id", "name"])
    op.create_index(
        "ix_saved_searches_due", "saved_searches", ["looked_at"], postgresql_where=sa.text("alert")
    )
    op.drop_column("messages", "unsubscribe")
    for table in ("notification_settings", "notification_causes", "notifications", "follows"):
        op.drop_table(table)

"""What people say below an idea: comments, one deep, and what they said before they changed their words."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, ref_column, text_column


class Comment(SQLModel, table=True):
    """A comment on an idea, or with a parent the answer to one. Nothing hangs below an answer."""

    __tablename__ = "comments"
    __table_args__ = (
        Index(
            "ix_comments_threads", "idea_id", text("created_at DESC"), text("id DESC"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        Index("ix_comments_answers", "parent_id", text("created_at DESC"), text("id DESC")),
        Index("ix_comments_user_id_created_at", "user_id", "created_at"),
        Index(
            "ix_comments_deleted_at", "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL AND words <> ''"),
        ),
    )  # fmt: skip

    id: str = id_column("cmnt")
    idea_id: str = ref_column("idea", "ideas.id", ondelete="CASCADE")
    parent_id: str | None = ref_column("cmnt", "comments.id", nullable=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id")
    # Markdown. Emptied a while after its author has deleted it.
    words: str = text_column()
    # How many answers everybody sees: a deleted comment keeps its place while there are some.
    answers: int = Field(default=0)
    created_at: datetime = created_column()
    # Set by a change once everybody may have read it; within the first minutes it is nobody's business.
    edited_at: datetime | None = moment_column()
    deleted_at: datetime | None = moment_column()
    # Taken away by a moderator: its author alone still reads it.
    hidden_at: datetime | None = moment_column()


class CommentVersion(SQLModel, table=True):
    """What a comment said until it was changed: for moderators, since a report may be about that."""

    __tablename__ = "comment_versions"

    id: str = id_column("cver")
    comment_id: str = ref_column("cmnt", "comments.id", index=True, ondelete="CASCADE")
    words: str = text_column()
    replaced_at: datetime = created_column()

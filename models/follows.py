"""Who wants to hear of an author."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from models.columns import created_column, ref_column


class Follow(SQLModel, table=True):
    """Somebody who is told when an author publishes. The key begins with the author, whose followers lie together."""

    __tablename__ = "follows"
    __table_args__ = (
        CheckConstraint("user_id <> author_id", name="not_oneself"),
        Index("ix_follows_user_id_created_at", "user_id", text("created_at DESC"), text("author_id DESC")),
    )

    author_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    created_at: datetime = created_column()

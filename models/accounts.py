"""Who there is: people, their teams, and the ways in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, one_of, ref_column


class Role(StrEnum):
    """What a member of a team may do, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class UserKind(StrEnum):
    """Who is behind an account."""

    PERSON = "person"  # signs in with an e-mail address and a password
    MACHINE = "machine"  # the server's own machine: signs in with a key in the data folder


class Theme(StrEnum):
    """The look of the pages that a person has chosen."""

    SYSTEM = "system"  # as the device says
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """A language of the interface and of mails. There is one; the column is where the next will be chosen."""

    ENGLISH = "en"


class User(SQLModel, table=True):
    """An account. Its e-mail address is stored in lower case."""

    __tablename__ = "users"
    __table_args__ = (one_of("kind", UserKind), one_of("theme", Theme), one_of("language", Language))

    id: str = id_column("user")
    email: str = Field(unique=True, max_length=254)
    name: str = Field(default="", max_length=80)
    kind: str = Field(default=UserKind.PERSON, max_length=16)
    password_hash: str | None = Field(default=None, max_length=255)
    is_operator: bool = Field(default=False)
    # None until a mail to the address has arrived and its link was opened.
    email_verified_at: datetime | None = moment_column()
    # The SHA-256 of the picture in the storage folder; empty for the drawn initials.
    avatar: str = Field(default="", max_length=64)
    # A name of the time zone database; empty for the browser's own.
    time_zone: str = Field(default="", max_length=64)
    language: str = Field(default=Language.ENGLISH, max_length=8)
    theme: str = Field(default=Theme.SYSTEM, max_length=8)
    created_at: datetime = created_column()
    disabled_at: datetime | None = moment_column()
    # Since then nothing of the person is left here: the row only holds together what their teams keep.
    erased_at: datetime | None = moment_column()


class Team(SQLModel, table=True):
    """What owns every row. Each account has a personal one from the start.

    A deleted one keeps its row for the audit trail; `emptied_at` says that nothing else is left of it.
    """

    __tablename__ = "teams"
    __table_args__ = (
        Index(
            "ix_teams_to_empty",
            "deleted_at",
            postgresql_where=text("deleted_at IS NOT NULL AND emptied_at IS NULL"),
        ),
    )

    id: str = id_column("team")
    name: str = Field(max_length=80)
    personal: bool = Field(default=False)
    created_at: datetime = created_column()
    deleted_at: datetime | None = moment_column()
    emptied_at: datetime | None = moment_column()


class Membership(SQLModel, table=True):
    """A user's role in a team."""

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", Role),)

    team_id: str = ref_column("team", "teams.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", primary_key=True, index=True, ondelete="CASCADE")
    role: str = Field(max_length=16)
    created_at: datetime = created_column()


class UserSession(SQLModel, table=True):
    """A signed-in browser. The token itself is only ever in its cookie."""

    __tablename__ = "sessions"

    id: str = id_column("sess")
    user_id: str = ref_column("user", "users.id", index=True, ondelete="CASCADE")
    # The team chosen in this browser; None for the personal one.
    team_id: str | None = ref_column("team", "teams.id", nullable=True, ondelete="SET NULL")
    token_hash: str = Field(unique=True, max_length=64)
    user_agent: str = Field(default="", max_length=300)
    address: str = Field(default="", max_length=64)
    created_at: datetime = created_column()
    last_seen_at: datetime = created_column()
    # The last time the password was entered in this browser. Opening a session with it counts.
    confirmed_at: datetime | None = moment_column()
    expires_at: datetime = moment_column(nullable=False)
    revoked_at: datetime | None = moment_column()


class LinkPurpose(StrEnum):
    """What a link in a mail is for."""

    VERIFY_EMAIL = "verify_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, no password


class OneTimeLink(SQLModel, table=True):
    """A link that was mailed and opens one thing once. The token itself is only ever in the mail."""

    __tablename__ = "one_time_links"
    __table_args__ = (one_of("purpose", LinkPurpose),)

    id: str = id_column("link")
    user_id: str = ref_column("user", "users.id", index=True, ondelete="CASCADE")
    purpose: str = Field(max_length=20)
    # The address that the link proves, which is where it was sent.
    email: str = Field(max_length=254)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = created_column()
    expires_at: datetime = moment_column(nullable=False)
    used_at: datetime | None = moment_column()


class SignUp(SQLModel, table=True):
    """An account that waits for the proof of its address. It becomes a user, or goes when its time is over."""

    __tablename__ = "sign_ups"

    id: str = id_column("signup")
    email: str = Field(index=True, max_length=254)
    name: str = Field(max_length=80)
    password_hash: str = Field(max_length=255)
    # What the browser had chosen, and where it was on its way to.
    theme: str = Field(default=Theme.SYSTEM, max_length=8)
    after: str = Field(default="", max_length=500)
    # None until the mail is written: the token itself is only ever in there.
    token_hash: str | None = Field(default=None, unique=True, max_length=64)
    created_at: datetime = created_column()
    expires_at: datetime = moment_column(nullable=False)


class ApiKey(SQLModel, table=True):
    """A key for programs. `prefix` is what people recognise it by; the key itself is shown once."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_team_id_created_at", "team_id", text("created_at DESC")),)

    id: str = id_column("key")
    team_id: str = ref_column("team", "teams.id", ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=80)
    prefix: str = Field(max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime = created_column()
    last_used_at: datetime | None = moment_column()
    expires_at: datetime | None = moment_column()
    revoked_at: datetime | None = moment_column()

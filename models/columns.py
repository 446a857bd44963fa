"""The columns that every table shares, written once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from models.clock import now
from models.ids import Id, new_id


def id_column(kind: str) -> Any:
    """Return the primary key of a table whose rows have public ids of `kind`."""
    return Field(default_factory=lambda: new_id(kind), primary_key=True, sa_type=Id(kind))


def ref_column(kind: str, target: str, *, nullable: bool = False, index: bool = False, **extra: Any) -> Any:
    """Return a foreign key to `target` (`table.column`) whose ids are of `kind`."""
    if nullable:
        extra.setdefault("default", None)
    return Field(sa_type=Id(kind), foreign_key=target, nullable=nullable, index=index, **extra)


def created_column() -> Any:
    """Return the moment a row was made, aware, in UTC."""
    return Field(default_factory=now, sa_type=DateTime(timezone=True), nullable=False)


def moment_column(*, nullable: bool = True) -> Any:
    """Return a moment that comes later, or an end that may never come."""
    if nullable:
        return Field(default=None, sa_type=DateTime(timezone=True), nullable=True)
    return Field(sa_type=DateTime(timezone=True), nullable=False)


def json_column() -> Any:
    """Return a JSON document that starts empty."""
    return Field(default_factory=dict, sa_type=JSONB, nullable=False)


def json_list_column() -> Any:
    """Return a JSON list that starts empty."""
    return Field(default_factory=list, sa_type=JSONB, nullable=False)


class Digest(TypeDecorator[str]):
    """A column that holds the 32 bytes of a SHA-256 and is read and written as 64 hexadecimal digits."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).hex()


def digest_column(*, nullable: bool = False) -> Any:
    """Return a SHA-256."""
    if nullable:
        return Field(default=None, sa_type=Digest, nullable=True)
    return Field(sa_type=Digest, nullable=False)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the CHECK that keeps a text column to known words: an enum that a migration can still change."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def text_column() -> Any:
    """Return a text of any length that starts empty."""
    return Field(default="", sa_type=Text, nullable=False)

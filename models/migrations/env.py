"""Alembic's environment: one connection handed in by the caller, one transaction for the whole upgrade."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from models.ids import Id
from models.tables import metadata


def render_plain_type(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own types as the plain ones under them: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Id):
        return "sa.Uuid()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_item=render_plain_type,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

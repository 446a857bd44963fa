"""Paths of bad fields, seen from the request."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import FieldError, InvalidInput


@contextmanager
def fields_under(prefix: str) -> Iterator[None]:
    """Let what a service refused be named from the root of the body: there `config` is one field among others."""
    try:
        yield
    except InvalidInput as refusal:
        refusal.fields = [FieldError(prefix + field.path, field.message) for field in refusal.fields]
        raise

"""What an execution is called."""

from collections.abc import Mapping
from typing import Any

NAME_OPTION = "app_name"


def name_of(options: Mapping[str, Any], template_name: str) -> str:
    """Return the name that the options give, or the template's."""
    return str(options.get(NAME_OPTION) or template_name)[:120]

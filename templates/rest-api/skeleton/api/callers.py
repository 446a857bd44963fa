"""Who is asking."""

from collections.abc import Mapping
from dataclasses import dataclass

# What a caller may do with a resource; writing includes reading.
LEVELS = ("read", "write")


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request. `scopes` says for each resource, or for "*", whether it may be read or written."""

    id: int
    name: str
    scopes: Mapping[str, str]

    def may(self, resource: str, level: str) -> bool:
        """Whether the caller may read or write a resource."""
        granted = self.scopes.get(resource, self.scopes.get("*", ""))
        return granted in LEVELS[LEVELS.index(level) :]

"""A merge of values by their keys: each entry is what the side that has changed it says."""

from typing import Any

MISSING: Any = object()


class Differing(Exception):
    """Both sides have changed one entry, and not to the same."""


def merged_value(base: Any, ours: Any, theirs: Any) -> Any:
    """Return what three values come to; entries of ours come first, in their order, then those that theirs adds.

    Raises:
        Differing: both have changed the same.
    """
    if same(ours, theirs) or same(base, theirs):
        return ours
    if same(base, ours):
        return theirs
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        raise Differing
    before = base if isinstance(base, dict) else {}
    merged = {
        key: merged_value(before.get(key, MISSING), ours.get(key, MISSING), theirs.get(key, MISSING))
        for key in [*ours, *(key for key in theirs if key not in ours)]
    }
    return {key: value for key, value in merged.items() if value is not MISSING}


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 1 is not true, and an order is a value too."""
    return one is other or repr(one) == repr(other)

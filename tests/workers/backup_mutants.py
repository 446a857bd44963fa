"""Keepers that each lack one guard of backups, as processes of their own."""

from typing import Any

from workers import apps
from workers.apps import restoring
from workers.apps.orders import OrderFailed


def no_way_back() -> None:
    """The data before is said to be back, and is not."""
    restoring.swap_back = lambda deployment_id: None
    apps.main()


def no_second_copy() -> None:
    """The backup before a restore is not made anew from the data that was put aside."""

    async def refuse(*arguments: Any) -> dict[str, Any]:
        raise OrderFailed("No.")

    restoring.take_again = refuse
    apps.main()

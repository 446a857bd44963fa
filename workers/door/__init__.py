"""The way in to deployed apps: `{slug}.localhost` → the app's unix socket, in a process of its own.

It reads the route files that the keeper of apps writes, and nothing else: no database, no queue, nothing of the
product. With all of these away, apps still answer.
"""

from workers.door.server import main

__all__ = ["main"]

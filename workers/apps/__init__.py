"""The keeper of deployed apps: brings what runs to what is wanted, and says what it sees.

`keeper` is the process, `app` the life of one deployment, `running` one box with a socket. What is wanted comes from
PostgreSQL and is kept on disk, so that the apps go on, and come back, while the database is away.
"""

from workers.apps.keeper import main

__all__ = ["main"]

"""How long things are kept, and their removal after that: one kind a module, all of the same shape.

`find` lists what may go, for a dry run too. `remove` takes one candidate in a transaction of its own: it locks what the
candidate hangs on, looks again whether it is still nobody's, and removes a bounded part. Killed anywhere, the next run
finds the rest. Folders are first renamed into the trash, so that none is ever half there.
"""

from services.retention import (
    environments,
    logs,
    notifications,
    releases,
    sessions,
    sign_ups,
    versions,
    workspaces,
)
from services.retention.candidates import Candidate, Kind, Outcome
from services.retention.rules import Rule, rules
from services.retention.trash import trash_folder

KINDS: tuple[Kind, ...] = (
    Kind("logs", logs.find, logs.remove),
    Kind("workspaces", workspaces.find, workspaces.remove),
    Kind("releases", releases.find, releases.remove),
    Kind("environments", environments.find, environments.remove),
    Kind("versions", versions.find, versions.remove),
    Kind("sessions", sessions.find, sessions.remove),
    Kind("sign_ups", sign_ups.find, sign_ups.remove),
    Kind("notifications", notifications.find, notifications.remove),
)

__all__ = ["KINDS", "Candidate", "Kind", "Outcome", "Rule", "rules", "trash_folder"]

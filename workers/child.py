"""`python -m workers.child PART [ARGUMENT …]`: one long-running part, as the supervisor starts it.

The same as `ideasmith PART`, without the time that the whole command line takes to import.
"""

import importlib
import sys

from models.settings import settings
from services.structured_logs import configure

PARTS = {
    "worker": "workers.worker",
    "clock": "workers.clock",
    "apps": "workers.apps",
    "door": "workers.door",
    "reload": "workers.reload",
}


def main() -> None:
    """Run the part that the command line names."""
    part, *arguments = sys.argv[1:]
    configure(settings(), "-".join([part, *arguments]))
    importlib.import_module(PARTS[part]).main(*arguments)


if __name__ == "__main__":
    main()

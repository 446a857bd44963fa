"""`python -m workers.app_data PARENT`: one order as JSON on stdin, its result as JSON on stdout, then the end.

The result is `{"ok": …}`, or `{"error": …}` with a sentence, or `{"too_large": true}`.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from typing import Any

from workers.app_data.putting import DiskFull, Put, put
from workers.app_data.taking import Take, TooLarge, take
from workers.archives.archive import DamagedBackup
from workers.processes import die_with_parent

NICE = 5  # the applications come first
MEMORY_BYTES = 1 << 30  # millions of names are somebody's joke


def main() -> None:
    """Do what stdin says."""
    die_with_parent(int(sys.argv[1]))
    os.nice(NICE)
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    sys.stdout.write(json.dumps(result_of(order)))
    sys.stdout.flush()


def result_of(order: dict[str, Any]) -> dict[str, Any]:
    """Return what became of an order."""
    try:
        if order.pop("do") == "take":
            bound = 2 * order["most_bytes"] + 64 * 1024 * 1024
            resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound))
            return {"ok": asdict(take(Take(**order)))}
        put(Put(**order))
        return {"ok": {}}
    except TooLarge:
        return {"too_large": True}
    except DamagedBackup as problem:
        return {"error": problem.message}
    except DiskFull:
        return {"error": "There is no room on the disk for it. Free some, then try again."}
    except MemoryError:
        return {"error": "There are too many files in it."}
    except OSError as problem:
        return {"error": f"The disk did not take or give it ({problem.strerror})."}


if __name__ == "__main__":
    main()

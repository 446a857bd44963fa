"""What a killed attempt has left half-written in an execution's folder: names that begin with a dot."""

import shutil
from pathlib import Path


def clear_drafts(workspace: Path) -> int:
    """Remove every draft of an earlier owner, and return how many there were.

    Only for who has just claimed the execution: an owner that still writes one is fenced, and only fails sooner.
    """
    drafts = list(workspace.glob(".*"))
    for draft in drafts:
        if draft.is_dir() and not draft.is_symlink():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
    return len(drafts)

"""What each step is called by people, and why one is not done again."""

from collections.abc import Sequence

from models.executions import STEP_NAMES

UNCHANGED = "nothing it depends on has changed"

TITLES = {
    "validate": "Check the options",
    "render": "Write the code",
    "merge": "Merge with your edits",
    "install": "Prepare the environment",
    "before": "Test it as it was",
    "test": "Run the tests",
    "scan": "Scan for problems",
    "migrate": "Try it on a copy of the data",
    "package": "Make the repository",
    "deploy": "Start the application",
    "verify": "Look at it as a visitor",
}


def titles_of(names: Sequence[str] = STEP_NAMES) -> dict[str, str]:
    """Return the titles of some steps in their order, those of a launch by default."""
    return {name: TITLES.get(name, name) for name in names}

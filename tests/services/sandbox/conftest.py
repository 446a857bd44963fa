"""The sandboxes of this machine, looked for once."""

from pathlib import Path

import pytest

from services.sandbox.base import Sandbox, Tier
from services.sandbox.probing import examine
from tests.services.sandbox.boxes import RunPython, run_python


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count as left out, the tests of real boxes on a machine that may not make any.

    There `test_this_machine` shows that everything is refused, with the command that helps.
    """
    if examine("bubblewrap")[0].tier is not Tier.NONE:
        return
    here = Path(__file__).parent
    apart = [
        item
        for item in items
        if item.path.is_relative_to(here) and "strong" in getattr(item, "fixturenames", ())
    ]
    items[:] = [item for item in items if item not in apart]
    config.hook.pytest_deselected(items=apart)


@pytest.fixture(scope="session")
def strong() -> Sandbox:
    """The best sandbox of this machine, which has to be a real one."""
    sandbox, found = examine("bubblewrap")
    assert sandbox.tier in (Tier.STRONG, Tier.GOOD), f"These tests need bubblewrap: {found}"
    return sandbox


@pytest.fixture(scope="session")
def weak() -> Sandbox:
    """The sandbox of a machine without bubblewrap."""
    return examine("weak")[0]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def attack(strong: Sandbox, workspace: Path) -> RunPython:
    """Run a snippet in the best box of this machine."""
    return lambda code, **more: run_python(strong, code, workspace, **more)

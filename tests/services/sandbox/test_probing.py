"""What a machine can do is found out by doing it, and what it cannot comes with the command that helps."""

import json
import os
import re
from pathlib import Path

import pytest

from models.settings import reset_settings, settings
from services import sandbox
from services.sandbox import bubblewrap, cgroup
from services.sandbox.base import Box, Sandbox, SandboxRefused, Tier
from services.sandbox.probing import examine


def hide_bubblewrap(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("PATH", str(folder))


def refuse_namespaces(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A bubblewrap that fails as the real one does where the kernel lets it make no namespace."""
    folder.mkdir(exist_ok=True)
    script = folder / "bwrap"
    script.write_text(
        "#!/bin/sh\n[ \"$1\" = --help ] && exit 0\n"
        "echo 'bwrap: No permissions to create new namespace, likely because the kernel does not allow' >&2; exit 1\n"
    )  # fmt: skip
    script.chmod(0o755)
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_this_machine_has_what_it_says(workspace: Path) -> None:
    found = sandbox.probe()
    assert found.tier is sandbox.current().tier
    box = Box(("/bin/true",), workspace)
    if found.tier in (Tier.STRONG, Tier.GOOD):
        assert sandbox.current().run(box).exit_code == 0
        assert found.fix == ""
    else:
        assert found.fix
        with pytest.raises(SandboxRefused, match="To lift it"):
            sandbox.current().run(box)


def test_without_bubblewrap_templates_run_in_the_weak_tier(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Path
) -> None:
    hide_bubblewrap(monkeypatch, tmp_path / "empty")
    best, found = examine("auto")
    assert found.tier is best.tier is Tier.WEAK
    assert found.missing[0] == "Bubblewrap is not installed."
    assert "bubblewrap" in found.fix
    assert best.run(Box(("/bin/true",), workspace, trusted_template=True)).exit_code == 0
    with pytest.raises(SandboxRefused, match=r"Bubblewrap is not installed\..*To lift it.*bubblewrap"):
        best.run(Box(("/bin/true",), workspace))


def test_refused_namespaces_are_told_from_a_missing_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Path
) -> None:
    refuse_namespaces(monkeypatch, tmp_path / "bin")
    best, found = examine("auto")
    assert best.tier is Tier.WEAK
    assert found.missing[0].startswith("Bubblewrap may not make its namespaces.")
    # A root in a container may not even get that far.
    assert re.search("No permissions to create new namespace|not permitted", found.missing[0])
    assert "sysctl -w" in found.fix or "--security-opt" in found.fix
    assert best.run(Box(("/bin/true",), workspace, trusted_template=True)).exit_code == 0


@pytest.mark.parametrize("spoil", [hide_bubblewrap, refuse_namespaces])
def test_a_setting_that_asks_for_bubblewrap_never_falls_back(
    spoil: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Path
) -> None:
    assert callable(spoil)
    spoil(monkeypatch, tmp_path / "bin")
    best, found = examine("bubblewrap")
    assert found.tier is Tier.NONE
    with pytest.raises(SandboxRefused, match="To lift it"):
        best.run(Box(("/bin/true",), workspace, trusted_template=True))


def test_switched_off_nothing_runs_at_all(workspace: Path) -> None:
    best, found = examine("none")
    assert (best.tier, found.fix) == (Tier.NONE, "unset IDEASMITH_SANDBOX")
    with pytest.raises(SandboxRefused):
        best.start(Box(("/bin/true",), workspace, trusted_template=True), log=workspace / "log")


def test_without_groups_the_tier_is_good_and_says_what_it_lacks(
    strong: Sandbox, monkeypatch: pytest.MonkeyPatch, workspace: Path
) -> None:
    monkeypatch.setattr(cgroup, "find", lambda: None)
    best, found = examine("auto")
    assert best.tier is Tier.GOOD
    assert "memory is limited per process only" in found.missing[0]
    assert best.run(Box(("/bin/true",), workspace)).exit_code == 0


def test_groups_that_cannot_be_entered_are_done_without(
    strong: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed:
        def plan(self, limits: object) -> cgroup.GroupPlan:
            return [("/proc/sys", {}, "")]

    monkeypatch.setattr(cgroup, "find", Closed)
    assert examine("auto")[0].tier is Tier.GOOD


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder in which nothing was found out yet."""
    monkeypatch.setenv("IDEASMITH_DATA", str(tmp_path / "fresh"))
    reset_settings()
    sandbox.forget()
    yield tmp_path / "fresh"
    monkeypatch.undo()
    reset_settings()
    sandbox.forget()


def test_what_was_found_is_kept_for_the_next_process(strong: Sandbox, fresh: Path) -> None:
    first = sandbox.probe()
    stored = json.loads((fresh / "sandbox.json").read_text())
    assert stored["tier"] == first.tier
    sandbox.forget()
    assert sandbox.probe() == first
    assert sandbox.current().tier is first.tier


def test_another_boot_or_a_damaged_file_is_looked_at_afresh(strong: Sandbox, fresh: Path) -> None:
    first = sandbox.probe()
    file = fresh / "sandbox.json"
    stored = json.loads(file.read_text())
    stored["circumstances"][0] = "another boot"
    for content in (json.dumps(stored), "{", "[]"):
        file.write_text(content)
        sandbox.forget()
        assert sandbox.probe().checked_at > first.checked_at


def test_a_fix_counts_at_once(
    strong: Sandbox, fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        hide_bubblewrap(patch, tmp_path / "empty")
        assert sandbox.current().tier is Tier.WEAK
    sandbox.forget()
    assert sandbox.current().tier is strong.tier


def test_the_setting_chooses(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_SANDBOX", "none")
    reset_settings()
    assert settings().sandbox == "none"
    assert sandbox.current().tier is Tier.NONE


def test_bubblewrap_never_runs_as_root_of_the_host(strong: Sandbox, workspace: Path) -> None:
    if os.geteuid() != 0:
        return  # it cannot then
    strong.run(Box(("/bin/sh", "-c", "echo made > made"), workspace))
    assert (workspace / "made").stat().st_uid != 0


def test_an_old_bubblewrap_is_asked_for_no_option_that_it_lacks(
    strong: Sandbox, monkeypatch: pytest.MonkeyPatch, workspace: Path
) -> None:
    monkeypatch.setattr(bubblewrap, "options", lambda program: frozenset())
    assert "--disable-userns" not in bubblewrap.namespace_arguments("bwrap")
    assert "--size" not in bubblewrap.system_arguments("bwrap")
    assert strong.run(Box(("/bin/true",), workspace)).exit_code == 0

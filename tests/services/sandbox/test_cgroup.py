"""Groups, on a made-up tree: what the kernel would put into a new folder, a stand-in for it puts there."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from services.sandbox import cgroup
from services.sandbox.base import Limits

FILES_V2 = (
    "cgroup.procs", "cgroup.subtree_control", "cgroup.kill", "memory.max", "memory.swap.max", "memory.oom.group",
    "pids.max", "cpu.weight",
)  # fmt: skip


class Kernel:
    """Does what the kernel does when a folder of the tree is made or removed."""

    def __init__(self, files: tuple[str, ...], controllers: str = "") -> None:
        self.files, self.controllers = files, controllers

    def make(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name in self.files:
            (folder / name).touch()
        if self.controllers and not (folder / "cgroup.controllers").exists():
            (folder / "cgroup.controllers").write_text(self.controllers)
        (folder / "memory.events").write_text("low 0\nhigh 0\noom 0\noom_kill 0\n")
        (folder / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 0\n")

    def remove(self, folder: Path) -> None:
        shutil.rmtree(folder)


@pytest.fixture
def v2(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel(FILES_V2, "cpu memory pids")
    monkeypatch.setattr(cgroup, "make_folder", kernel.make)
    monkeypatch.setattr(cgroup, "remove_folder", kernel.remove)
    return kernel


def process_in(folder: Path, groups: str) -> Path:
    folder.mkdir()
    (folder / "cgroup").write_text(groups)
    return folder


def made(groups: cgroup.Groups) -> cgroup.Group:
    plan = json.loads(json.dumps(groups.plan(Limits(memory_mb=64, processes=10))))
    group = cgroup.Group.make([parent for parent, _, _ in plan])
    group.limit(plan)
    return group


def test_version_2_makes_a_group_with_all_limits(v2: Kernel, tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    for folder in (root, root / "user.slice", root / "user.slice" / "session.scope"):
        v2.make(folder)
    groups = cgroup.find(root, process_in(tmp_path / "self", "0::/user.slice/session.scope\n"))
    assert isinstance(groups, cgroup.GroupsV2)
    group = made(groups)
    (folder,) = group.folders
    said = {name: (folder / name).read_text() for name in FILES_V2 if (folder / name).read_text()}
    assert said == {
        "memory.max": str(64 << 20),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": "12",
        "cpu.weight": "100",
    }
    assert group.entries == [str(folder / "cgroup.procs")]
    assert (groups.parent / "cgroup.subtree_control").read_text() == "+cpu +memory +pids"
    group.remove()
    assert not folder.exists()


def test_version_2_goes_up_to_a_group_that_can_hand_on_its_controllers(
    v2: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "cgroup"
    for folder in (root, root / "slice", root / "slice" / "scope"):
        v2.make(folder)
    # The scope holds processes itself, so that the kernel lets it hand on nothing.
    (root / "slice" / "scope" / "cgroup.controllers").write_text("")
    groups = cgroup.find(root, process_in(tmp_path / "self", "0::/slice/scope\n"))
    assert isinstance(groups, cgroup.GroupsV2)
    assert groups.parent.parent == root / "slice"


def test_version_2_without_the_memory_controller_is_no_help(v2: Kernel, tmp_path: Path) -> None:
    v2.controllers = "cpu io"
    v2.make(tmp_path / "cgroup")
    assert cgroup.find(tmp_path / "cgroup", process_in(tmp_path / "self", "0::/\n")) is None


def test_version_1_makes_a_group_in_each_tree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = Kernel(
        ("cgroup.procs", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "pids.max", "cpu.shares")
    )
    monkeypatch.setattr(cgroup, "make_folder", kernel.make)
    monkeypatch.setattr(cgroup, "remove_folder", kernel.remove)
    root = tmp_path / "cgroup"
    for name in ("memory/mine", "pids", "cpu"):
        (root / name).mkdir(parents=True)
    groups = cgroup.find(root, process_in(tmp_path / "self", "4:memory:/mine\n8:pids:/\n1:cpu:/gone\n0::/\n"))
    assert isinstance(groups, cgroup.GroupsV1)
    group = made(groups)
    memory, pids, cpu = group.folders
    assert memory.parent == root / "memory" / "mine"
    assert (memory / "memory.limit_in_bytes").read_text() == str(64 << 20)
    assert (memory / "memory.memsw.limit_in_bytes").read_text() == str(64 << 20)
    assert (pids / "pids.max").read_text() == "12"
    assert (cpu / "cpu.shares").read_text() == "1024"


def test_what_the_kernel_killed_for_its_memory_is_known(v2: Kernel, tmp_path: Path) -> None:
    v2.make(tmp_path / "group")
    group, plan = cgroup.Group((tmp_path / "group",)), cgroup.GroupsV2(tmp_path).plan(Limits())
    assert not group.ran_out_of_memory(plan)
    (tmp_path / "group" / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert group.ran_out_of_memory(plan)
    shutil.rmtree(tmp_path / "group")
    assert not group.ran_out_of_memory(plan)


def test_groups_of_the_dead_are_swept_and_those_of_the_living_stay(v2: Kernel, tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    v2.make(root)
    boxes = root / f"ideasmith-boxes-{os.getuid()}"
    dead, living = boxes / "ideasmith-4194305-1", boxes / f"ideasmith-{os.getppid()}-1"
    for folder in (boxes, dead, living):
        v2.make(folder)
    cgroup.sweep([str(boxes)])
    assert living.exists()
    assert not dead.exists()


def test_a_machine_without_groups_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "cgroup").mkdir()
    assert cgroup.find(tmp_path / "cgroup", process_in(tmp_path / "self", "0::/\n")) is None


def test_version_2_is_done_without_where_the_kernel_refuses_to_hand_on(v2: Kernel, tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    v2.make(root)
    (root / "cgroup.subtree_control").unlink()
    (root / "cgroup.subtree_control").mkdir()  # what is written there fails, as EBUSY does
    assert cgroup.find(root, process_in(tmp_path / "self", "0::/\n")) is None


def test_version_2_hands_on_only_what_is_there_and_only_once(v2: Kernel, tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    v2.controllers = "memory pids"
    v2.make(root)
    process = process_in(tmp_path / "self", "0::/\n")
    groups = cgroup.find(root, process)
    assert isinstance(groups, cgroup.GroupsV2)
    assert (root / "cgroup.subtree_control").read_text() == "+memory +pids"
    (root / "cgroup.subtree_control").write_text("memory pids\n")
    assert cgroup.find(root, process) == groups
    assert (root / "cgroup.subtree_control").read_text() == "memory pids\n"


def test_version_2_limits_what_its_kernel_can(v2: Kernel, tmp_path: Path) -> None:
    v2.files = ("cgroup.procs", "cgroup.subtree_control", "memory.max", "pids.max")  # no swap, no CPU, old
    v2.make(tmp_path / "cgroup")
    groups = cgroup.find(tmp_path / "cgroup", process_in(tmp_path / "self", "0::/\n"))
    assert groups is not None
    (folder,) = made(groups).folders
    assert {path.name for path in folder.iterdir()} >= {"memory.max", "pids.max"}
    assert not (folder / "memory.swap.max").exists()


def test_version_2_ends_what_is_left_in_one_word(v2: Kernel, tmp_path: Path) -> None:
    v2.make(tmp_path / "group")
    (tmp_path / "group" / "cgroup.procs").write_text("4194305\n")
    cgroup.kill_members(tmp_path / "group")
    assert (tmp_path / "group" / "cgroup.kill").read_text() == "1"


def test_before_linux_5_14_each_process_is_ended(tmp_path: Path) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as sleeper:
        (tmp_path / "cgroup.procs").write_text(f"{sleeper.pid}\n")
        cgroup.kill_members(tmp_path)
        assert sleeper.wait(5) == -signal.SIGKILL


def test_both_versions_side_by_side_use_the_one_that_has_the_controllers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kernel = Kernel(("cgroup.procs", "memory.limit_in_bytes", "pids.max"))
    monkeypatch.setattr(cgroup, "make_folder", kernel.make)
    monkeypatch.setattr(cgroup, "remove_folder", kernel.remove)
    for name in ("memory", "pids", "unified"):
        (tmp_path / "cgroup" / name).mkdir(parents=True)
    (tmp_path / "cgroup" / "unified" / "cgroup.controllers").write_text("")
    found = cgroup.find(tmp_path / "cgroup", process_in(tmp_path / "self", "2:memory:/\n3:pids:/\n0::/\n"))
    assert isinstance(found, cgroup.GroupsV1)


def test_a_real_group_of_version_2_is_joined_and_ended() -> None:
    """Its core is here beside version 1, without controllers: what can be tried of it is tried."""
    for place in real_version_2():
        group = cgroup.Group.make([str(place)])
        with subprocess.Popen(["/bin/sleep", "60"]) as sleeper:
            Path(group.entries[0]).write_text(str(sleeper.pid))
            assert f"::/{group.folders[0].name}" in Path(f"/proc/{sleeper.pid}/cgroup").read_text()
            cgroup.kill_members(group.folders[0])
            assert sleeper.wait(5) == -signal.SIGKILL
        group.remove()
        assert not group.folders[0].exists()


def real_version_2() -> list[Path]:
    """Return the top of the real tree, when this machine has one in which we may make groups."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    tops = [Path(words[1]) for words in mounts if words[2] == "cgroup2"]
    return [top for top in tops if os.access(top, os.W_OK) and os.geteuid() == 0][:1]

"""Groups, on a made-up tree: what the kernel would put into a new folder, a stand-in for it puts there."""

import json
import os
import shutil
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

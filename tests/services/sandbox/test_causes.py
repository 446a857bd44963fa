"""A machine that cannot make a box says why, and how to lift it: by the real thing where this machine has it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from services.sandbox import causes
from services.sandbox.base import Sandbox
from services.sandbox.causes import Machine, no_namespaces, not_installed
from tests.product import passable_folder
from tests.services.sandbox.boxes import PROJECT

# What bubblewrap 0.8 and 0.9 write, by what is refused: AppArmor's two, the filter of a container, masked paths.
SAID = {
    "apparmor": "bwrap: setting up uid map: Permission denied",
    "apparmor network": "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
    "filter": "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged "
    "user namespaces.",
    "masked": "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
}


def machine(root: Path, files: dict[str, str], *, as_root: bool = False, **environment: str) -> Machine:
    """A machine that is not here: the files of its system, in a folder."""
    for path, content in {"proc/self/ns/user": "", **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return Machine(root, as_root, environment)


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=debian", "sudo apt-get install -y bubblewrap"),
        ("ID=ubuntu\nID_LIKE=debian", "sudo apt-get install -y bubblewrap"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "sudo dnf install -y bubblewrap"),
        ("ID=arch", "sudo pacman -S --noconfirm bubblewrap"),
        ("ID=alpine", "sudo apk add bubblewrap"),
        ("", "install the package `bubblewrap`"),
    ],
)
def test_the_command_that_installs_fits_the_system(release: str, command: str, tmp_path: Path) -> None:
    found = not_installed(machine(tmp_path, {"etc/os-release": release}))
    assert (found.sentence, found.fix) == ("Bubblewrap is not installed.", command)


@pytest.mark.parametrize(
    ("file", "value", "sentence", "fix"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor lets no program without a profile",
         "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
        ("kernel/unprivileged_userns_clone", "0", "only root", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "no user namespace at all", "sudo sysctl -w user.max_user_namespaces=15000"),
    ],
)  # fmt: skip
def test_what_the_kernel_was_told_is_named_with_the_command_against_it(
    file: str, value: str, sentence: str, fix: str, tmp_path: Path
) -> None:
    found = no_namespaces(SAID["apparmor"], machine(tmp_path, {f"proc/sys/{file}": f"{value}\n"}))
    assert sentence in found.sentence and found.fix == fix
    as_root = no_namespaces(SAID["apparmor"], machine(tmp_path, {}, as_root=True))
    assert as_root.fix == fix.removeprefix("sudo ")


@pytest.mark.parametrize(
    ("files", "environment", "fix"),
    [
        ({".dockerenv": ""}, {}, "docker run --security-opt seccomp=unconfined"),
        ({"proc/1/cgroup": "0::/system.slice/docker-4f.scope"}, {}, "docker run"),
        ({"run/.containerenv": "engine=podman"}, {}, "podman run"),
        ({}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "procMount: Unmasked"),
        ({"proc/1/cgroup": "0::/kubepods/besteffort/pod1"}, {}, "seccompProfile: {type: Unconfined}"),
        ({"run/systemd/container": "lxc\n"}, {}, "security.nesting true"),
        ({}, {"container": "lxc"}, "security.nesting true"),
        ({}, {"container": "something-new"}, "run Ideasmith outside of the container"),
        ({}, {}, "docker run"),  # nothing tells of a container, and most often it is one all the same
    ],
)
def test_a_container_is_told_by_its_kind(
    files: dict[str, str], environment: dict[str, str], fix: str, tmp_path: Path
) -> None:
    found = no_namespaces(SAID["filter"], machine(tmp_path, files, **environment))
    assert (
        found.sentence
        == "Something refuses namespaces here, as the filter of a container does (clone, unshare, mount)."
    )
    assert fix in found.fix and "{}" not in found.fix


def test_what_a_container_refuses_is_named(tmp_path: Path) -> None:
    docker = machine(tmp_path, {".dockerenv": ""})
    assert "hides parts of /proc" in no_namespaces(SAID["masked"], docker).sentence
    assert "no network of its own" in no_namespaces(SAID["apparmor network"], docker).sentence
    assert "--cap-add SYS_ADMIN" in no_namespaces(SAID["filter"], docker, may_stage=False).fix
    assert "--cap-add" not in no_namespaces(SAID["filter"], docker).fix


def test_a_kernel_without_user_namespaces_is_named(tmp_path: Path) -> None:
    found = no_namespaces(SAID["filter"], Machine(tmp_path, as_root=True, environment={}))
    assert "built without user namespaces" in found.sentence


# A process that first loses what a box needs, then looks for a sandbox as the product does, and uses what it found.
EXAMINE = """
    import json, os, sys, tempfile
    from pathlib import Path
    from services.sandbox import kernel
    from services.sandbox.base import Box, SandboxRefused
    from tests.services.sandbox.boxes import open_the_way
    {lose}
    os.environ["IDEASMITH_DATA"] = tempfile.mkdtemp()
    from services.sandbox.probing import examine
    sandbox, found = examine("auto")
    ran = sandbox.run(Box(("/bin/true",), Path(tempfile.mkdtemp()), trusted_template=True)).exit_code
    try:
        sandbox.run(Box(("/bin/true",), Path(tempfile.mkdtemp())))
        refused = ""
    except SandboxRefused as error:
        refused = error.message
    from workers.doctor import sandbox_tier
    from services import sandbox as chosen
    check = sandbox_tier()
    print(json.dumps([found.tier, found.missing, found.fix, ran, refused, check.found, check.fix]))
"""
BECOME = "open_the_way(); os.setgroups([]); os.setgid(65534); os.setuid(65534)"
# As Docker's default profile answers: EPERM to unshare, mount, setns and clones with a namespace, ENOSYS to clone3.
FILTER = """
    from services.sandbox import seccomp
    numbers = seccomp.ARCHITECTURES[os.uname().machine].numbers
    step = seccomp.step
    steps = [step(seccomp.LOAD, seccomp.NUMBER)]
    for name in ("unshare", "mount", "umount2", "setns", "pivot_root"):
        steps += [step(seccomp.JUMP_EQUAL, numbers[name], no=1), seccomp.refuse(1)]
    steps += [step(seccomp.JUMP_EQUAL, numbers["clone3"], no=1), seccomp.refuse(38)]
    clone = [step(seccomp.LOAD, seccomp.FIRST_ARGUMENT), step(seccomp.JUMP_ANY_BIT, seccomp.NEW_NAMESPACES, no=1),
             seccomp.refuse(1)]
    steps += seccomp.only_for(numbers["clone"], clone)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.load_seccomp(b"".join([*steps, step(seccomp.RETURN, seccomp.ALLOW)]))
"""
# A namespace whose root says that there shall be no more of them, as `user.max_user_namespaces=0` says for a machine.
NO_MORE = """
    uid, gid = os.getuid(), os.getgid()
    kernel.prctl(4, 1)  # who changed their uid may not write to their own /proc otherwise
    kernel.unshare(0x10000000)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
"""
# A bubblewrap that ends as it does where AppArmor says no.
WRAPPER = """
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "bwrap").write_text(
        '#!/bin/sh\\n[ "$1" = --help ] && exec /usr/bin/bwrap --help\\n'
        'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1\\n')
    (folder / "bwrap").chmod(0o755)
    os.environ["PATH"] = f"{folder}:/usr/bin:/bin"
"""
NO_PROGRAM = """
    os.environ["PATH"] = tempfile.mkdtemp()
"""


def examined(lose: str, *, as_user: bool) -> tuple[str, list[str], str, int, str, str, str]:
    """What a process that loses something finds out."""
    with passable_folder() as folder:
        folder.chmod(0o777)
        lost = textwrap.indent(textwrap.dedent(lose).strip(), "    ").strip()
        if as_user and os.geteuid() == 0:
            lost = f"{BECOME}\n    {lost}"
        code = textwrap.dedent(EXAMINE.format(lose=lost))
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=100, cwd="/",
            env={**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)},
        )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return tuple(json.loads(told.stdout.splitlines()[-1]))


@pytest.mark.parametrize("as_user", [False, True], ids=["root", "user"])
@pytest.mark.parametrize(
    ("lose", "sentence", "fix"),
    [
        (NO_PROGRAM, "Bubblewrap is not installed.", "bubblewrap"),
        (FILTER, "Something refuses namespaces here", "seccomp=unconfined"),
        (NO_MORE, "no user namespace at all", "sysctl -w user.max_user_namespaces=15000"),
        (WRAPPER, "setting up uid map: Permission denied", "--security-opt"),
    ],
    ids=["no bubblewrap", "filter of a container", "no namespaces", "AppArmor"],
)
def test_without_what_a_box_needs_templates_run_and_everything_else_is_refused_with_the_fix(
    lose: str, sentence: str, fix: str, as_user: bool, strong: Sandbox
) -> None:
    if not as_user and lose is NO_MORE:
        # A root whose namespace knows no other uid never comes as far as to ask for one.
        sentence = "may not change its uid"
    tier, missing, command, ran, refused, check, check_fix = examined(lose, as_user=as_user)
    assert (tier, ran) == ("weak", 0)
    assert sentence in missing[0]
    assert fix in command
    assert sentence in refused and f"To lift it: {command}" in refused
    assert sentence in check and check_fix == f"Run: {command}"


def test_every_cause_is_a_sentence_and_names_a_fix() -> None:
    for _, _, sentence in causes.SYSCTLS.values():
        assert sentence.endswith(".") and sentence[0].isupper()
    assert set(causes.SIGNS.values()) < set(causes.CONTAINERS)

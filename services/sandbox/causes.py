"""Why this machine cannot make a box, as a sentence, and the command that lifts it.

Read from what bubblewrap said and from the files of the system; `root` is where those lie. Sources: the kernel's
`admin-guide/sysctl/user.rst`, Debian's `kernel.unprivileged_userns_clone`, Ubuntu's AppArmor restriction of user
namespaces (23.10 and newer), Docker's default seccomp profile and masked paths, Kubernetes' `procMount`.
"""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

INSTALL = {
    "debian": "apt-get install -y bubblewrap",
    "fedora": "dnf install -y bubblewrap",
    "rhel": "dnf install -y bubblewrap",
    "suse": "zypper install -y bubblewrap",
    "arch": "pacman -S --noconfirm bubblewrap",
    "alpine": "apk add bubblewrap",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What stands in the way, and the command against it."""

    sentence: str
    fix: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the files of the system lie, who we are, and with which environment."""

    root: Path = Path("/")
    as_root: bool = field(default_factory=lambda: os.geteuid() == 0)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def read(self, path: str) -> str:
        """Return the text of a file of the system, "" when there is none that can be read."""
        try:
            return (self.root / path).read_text("utf-8", "replace").strip()
        except OSError:
            return ""

    def has(self, path: str) -> bool:
        """Say whether the system has a file."""
        return (self.root / path).exists()

    def command(self, words: str) -> str:
        """Return a command as this user has to type it."""
        return words if self.as_root else f"sudo {words}"


# What the kernel may have been told, what to tell it instead, and what it means.
SYSCTLS = {
    "kernel.apparmor_restrict_unprivileged_userns": (
        "1", "0", "AppArmor lets no program without a profile of its own make a user namespace.",
    ),
    "kernel.unprivileged_userns_clone": ("0", "1", "This kernel was told to let only root make user namespaces."),
    "user.max_user_namespaces": ("0", "15000", "This kernel was told to allow no user namespace at all."),
}  # fmt: skip
CONTAINERS = {
    "docker": "docker run {}--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined …",
    "podman": "podman run {}--security-opt seccomp=unconfined --security-opt unmask=ALL …",
    "kubernetes": "set `securityContext: {{seccompProfile: {{type: Unconfined}}, procMount: Unmasked}}` and "
    "`hostUsers: false` for the pod",
    "lxc": "lxc config set NAME security.nesting true",
    "": "run Ideasmith outside of the container, or let the container make namespaces",
}
# Words in the names of groups, or of what systemd was told, and the kind of container that they tell of.
SIGNS = {
    "docker": "docker", "kubepods": "kubernetes", "libpod": "podman", "podman": "podman", "lxc": "lxc",
}  # fmt: skip
MAY_MOUNT = "--cap-add SYS_ADMIN "


def not_installed(machine: Machine | None = None) -> Cause:
    """Return the cause where bubblewrap is missing, with the command of this distribution."""
    machine = machine or Machine()
    fields = dict(line.split("=", 1) for line in machine.read("etc/os-release").splitlines() if "=" in line)
    names = " ".join(shlex.split(f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}")).split()
    known = next((INSTALL[name] for name in names if name in INSTALL), "")
    fix = machine.command(known) if known else "install the package `bubblewrap`"
    return Cause("Bubblewrap is not installed.", fix)


def no_namespaces(said: str, machine: Machine | None = None, *, may_stage: bool = True) -> Cause:
    """Return the cause where the kernel refuses a box; `said` is what bubblewrap or the launcher wrote.

    `may_stage` is False when root could not pass on what lies under a closed folder, for which it needs a capability.
    """
    machine = machine or Machine()
    if not machine.has("proc/self/ns/user"):
        return Cause(
            "This kernel was built without user namespaces (CONFIG_USER_NS).",
            "start Ideasmith on a kernel that has them",
        )
    for name, (bad, good, sentence) in SYSCTLS.items():
        if machine.read(f"proc/sys/{name.replace('.', '/')}") == bad:
            return Cause(sentence, machine.command(f"sysctl -w {name}={good}"))
    kind = container(machine)
    if kind is not None:
        return Cause(in_container(said), CONTAINERS[kind].format("" if may_stage else MAY_MOUNT))
    # Nothing tells of a container, but something refuses what the kernel allows: most often it is one.
    return Cause(in_container(said), CONTAINERS["docker"].format("" if may_stage else MAY_MOUNT))


def in_container(said: str) -> str:
    """Say what a container refuses."""
    if "mount proc" in said or "Can't mount proc" in said:
        return "This container hides parts of /proc, so that a box can have none of its own."
    if "RTM_NEWADDR" in said or "loopback" in said:
        return "This container lets a box have no network of its own."
    return "Something refuses namespaces here, as the filter of a container does (clone, unshare, mount)."


def container(machine: Machine) -> str | None:
    """Return the kind of container that this is, "" for one of an unknown kind, None when nothing tells of any."""
    if machine.environment.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    if machine.has(".dockerenv"):
        return "docker"
    if machine.has("run/.containerenv"):
        return "podman"
    groups = machine.read("proc/1/cgroup")
    named = machine.environment.get("container") or machine.read("run/systemd/container")
    for sign, kind in SIGNS.items():
        if sign in groups or sign in named:
            return kind
    return "" if named else None

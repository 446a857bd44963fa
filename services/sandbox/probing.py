"""Finds out what this machine can do, by doing it."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from models.clock import now
from models.settings import settings
from services.sandbox import causes, cgroup, landlock, seccomp, slots
from services.sandbox.base import COULD_NOT, Bind, Box, Limits, Probe, Sandbox, SandboxFailed, Tier
from services.sandbox.bubblewrap import Bubblewrap, find_program, options
from services.sandbox.making import reachable
from services.sandbox.refusing import Refusing
from services.sandbox.weak import Weak

# It has to write, and to see none but itself and the first process of its own namespace.
TRIAL = (
    "/bin/sh",
    "-c",
    "echo made > /work/trial && test ! -e /proc/3/root && test ! -e /etc/passwd && test -d /python/bin",
)
TRIAL_LIMITS = Limits(wall_s=20, cpu_s=10, memory_mb=128)


def examine(choice: str) -> tuple[Sandbox, Probe]:
    """Return the best sandbox of this machine and what was found; `choice` is the setting IDEASMITH_SANDBOX."""
    if choice == "none":
        return refusing(
            "The setting IDEASMITH_SANDBOX=none switches the sandbox off.", "unset IDEASMITH_SANDBOX"
        )
    groups = cgroup.find()
    if choice == "weak":
        return weak(groups, "The setting IDEASMITH_SANDBOX=weak asks for no more.", "unset IDEASMITH_SANDBOX")
    problem, fix = "", ""
    for possible in (groups, None) if groups else (None,):
        problem, fix = try_bubblewrap(possible)
        if not problem:
            return strong(Bubblewrap(find_program(), possible))
    return refusing(problem, fix) if choice == "bubblewrap" else weak(groups, problem, fix)


def strong(sandbox: Bubblewrap) -> tuple[Sandbox, Probe]:
    """Return a sandbox that passed its trial, with what it could still gain."""
    missing = []
    if sandbox.groups is None:
        missing.append("There is no cgroup to use: memory is limited per process only.")
    if os.geteuid() != 0:
        missing.append("Boxes share this account's uid: only root can give each its own.")
    lacking = {"--disable-userns", "--size"} - options(sandbox.program)
    if lacking:
        missing.append(f"This bubblewrap is old and lacks {' and '.join(sorted(lacking))}.")
    return sandbox, Probe(sandbox.tier, tuple(missing), "", now())


def try_bubblewrap(groups: cgroup.Groups | None) -> tuple[str, str]:
    """Run the whole profile once; return what stood in the way and the command against it."""
    program = find_program()
    if not program:
        cause = causes.not_installed()
        return cause.sentence, cause.fix
    if not seccomp.supported():
        return (
            f"There is no seccomp filter for this processor ({os.uname().machine}).",
            "use an x86-64 or ARM machine",
        )
    if os.geteuid() == 0 and not slots.can_drop():
        return (
            "This root may not change its uid, and bubblewrap is never run as root.",
            causes.no_namespaces("").fix,
        )
    said: list[str] = []
    # Where boxes will really work, and with the interpreter that they need: both may lie under a closed folder.
    settings().data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trial-", dir=settings().data) as folder:
        box = Box(TRIAL, Path(folder), binds=(Bind(Path(sys.base_prefix), "/python"),), limits=TRIAL_LIMITS)
        try:
            result = Bubblewrap(program, groups).run(box, on_line=said.append)
        except SandboxFailed as problem:
            may_stage = "unshare: " not in problem.message
            cause = causes.no_namespaces(problem.message, may_stage=may_stage)
            words = problem.message.removeprefix(COULD_NOT).rstrip(".")
            return f"Bubblewrap may not make its namespaces. {cause.sentence} It said: {words}.", cause.fix
        if result.exit_code != 0 or not Path(folder, "trial").exists():
            return (
                f"A trial box did not do what it should: {' '.join([result.message, *said])}",
                "ideasmith doctor",
            )
    return "", ""


def weak(groups: cgroup.Groups | None, problem: str, fix: str) -> tuple[Sandbox, Probe]:
    """Return the weak sandbox, and what exactly it lacks."""
    missing = [problem]
    if landlock.version() == 0:
        missing.append("This kernel has no Landlock: a box can read what its uid can read.")
    elif landlock.version() < 6:
        missing.append("This kernel's Landlock is old: signals and abstract sockets are not kept apart.")
    if not seccomp.supported():
        missing.append("There is no seccomp filter for this processor: the network stays open.")
    if groups is None:
        missing.append("There is no cgroup to use: memory is limited per process only.")
    missing.append(uid_sentence())
    probe = Probe(Tier.WEAK, tuple(sentence for sentence in missing if sentence), fix, now())
    return Weak(probe, groups), probe


def uid_sentence() -> str:
    """Say whose uid a weak box would have, "" when it is its own."""
    if os.geteuid() != 0:
        return "Boxes run with this account's own uid."
    if not slots.can_drop():
        return "Boxes run as root without its capabilities: this root may not change its uid."
    for path in (settings().data / "workspaces" / "any", Path(sys.base_prefix)):
        if not reachable(path, slots.FREE_SLOTS[0]):
            return f"Boxes run as root without its capabilities: other uids cannot reach {path.parent}."
    return ""


def refusing(problem: str, fix: str) -> tuple[Sandbox, Probe]:
    """Return the sandbox that runs nothing."""
    probe = Probe(Tier.NONE, (problem,), fix, now())
    return Refusing(probe), probe


def read(path: Path) -> str:
    """Return the text of a file of the system, "" when it has none such."""
    return path.read_text().strip() if path.exists() else ""


def found_before(choice: str) -> tuple[Sandbox, Probe] | None:
    """Return what an earlier process found, as long as it was good and nothing of it has changed since."""
    try:
        stored = json.loads(cache_file().read_text())
        probe = Probe(
            Tier(stored["tier"]),
            tuple(stored["missing"]),
            stored["fix"],
            datetime.fromisoformat(stored["checked_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent or damaged: it is only a shortcut
    # Anything less is looked at afresh, so that a fix counts at the next start.
    if stored.get("circumstances") != circumstances(choice) or probe.tier not in (Tier.STRONG, Tier.GOOD):
        return None
    sandbox = Bubblewrap(find_program(), cgroup.find() if probe.tier == Tier.STRONG else None)
    return (sandbox, probe) if sandbox.tier == probe.tier else None


def remember(choice: str, probe: Probe) -> None:
    """Leave what was found for the processes that start later. Without it they look themselves."""
    content = asdict(probe) | {"checked_at": probe.checked_at.isoformat()}
    content["circumstances"] = circumstances(choice)
    path = cache_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_text(json.dumps(content))
        temporary.replace(path)
    except OSError:
        return


def cache_file() -> Path:
    """Return where the last finding lies."""
    return settings().data / "sandbox.json"


def circumstances(choice: str) -> list[str]:
    """Return what a finding depends on: this boot, this bubblewrap, this uid, this setting."""
    program = find_program()
    version = ""
    if program:
        found = Path(program).stat()
        version = f"{found.st_size}-{found.st_mtime_ns}"
    return [read(Path("/proc/sys/kernel/random/boot_id")), program, version, str(os.geteuid()), choice]

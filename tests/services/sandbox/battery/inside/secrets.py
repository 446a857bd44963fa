"""Attempts on secrets and files of the host."""

import glob
import os
import time


def read(path, say, most=4000):
    """Tell what a file holds, or why it cannot be read."""
    try:
        with open(path, "rb") as file:
            say(f"READ {path} {file.read(most).decode('utf-8', 'replace')}")
    except OSError as error:
        say(f"no {path}: {error.strerror}")


def own_environment(facts, say):
    """The environment that this process was given."""
    say(dict(os.environ))
    read("/proc/self/environ", say)


def environments_of_others(facts, say):
    """The environment of every process that can be seen, and of those known to be on the host."""
    seen = glob.glob("/proc/[0-9]*")
    say(f"sees {len(seen)} processes")
    for folder in [*seen[:400], *(f"/proc/{pid}" for pid in facts["pids"])]:
        read(f"{folder}/environ", say)


def accounts(facts, say):
    """The accounts and passwords of the host."""
    for path in (
        "/etc/shadow",
        "/etc/gshadow",
        "/etc/passwd",
        "/proc/1/root/etc/passwd",
        "/proc/self/root/etc/shadow",
    ):
        read(path, say)


def home(facts, say):
    """The home of root, and that of whoever runs the product."""
    for folder in ("/root", os.path.expanduser("~root"), facts["home"]):
        try:
            say(f"LISTED {os.listdir(folder)}")
        except OSError as error:
            say(f"no {folder}: {error.strerror}")
    read(facts["home"] + "/secret", say)


def other_workspace(facts, say):
    """Another tenant's workspace, by its path and by looking everywhere."""
    read(facts["other"] + "/secret", say)
    end = time.monotonic() + 3
    for folder, folders, files in os.walk("/"):
        if folder in ("/usr", "/proc", "/sys", "/lib", "/lib64") or time.monotonic() > end:
            folders.clear()
        if facts["mark"] in folder and not folder.startswith(os.getcwd()):
            for name in files:
                read(os.path.join(folder, name), say)


def links_out(facts):
    """Yield links that lead out: those that came with the code, and those that are made here."""
    os.makedirs("links", exist_ok=True)
    for name, target in (("made", facts["other"]), ("up", "../../../../.." + facts["other"])):
        if not os.path.lexists(f"links/{name}"):
            os.symlink(target, f"links/{name}")
        yield f"links/{name}"
    yield "brought"


def read_by_link(facts, say):
    """Another tenant's file, through links."""
    for link in links_out(facts):
        read(f"{link}/secret", say)


def write_by_link(facts, say):
    """Another tenant's file, changed through links."""
    for link in links_out(facts):
        for name in ("kept", "planted"):
            write(f"{link}/{name}", say)


def write(path, say, content="changed by a box"):
    """Tell whether a file can be written."""
    try:
        with open(path, "w") as file:
            file.write(content)
        say(f"WROTE {path}")
    except OSError as error:
        say(f"no {path}: {error.strerror}")


def walks_up(facts, say):
    """Files above the root, by `..` and by descriptors of folders."""
    for start in ("/work", ".", "/proc/self/cwd", "/proc/self/root", "/tmp", "/proc/1/cwd"):
        read(start + "/.." * 12 + facts["other"] + "/secret", say)
    opened = os.open(".", os.O_RDONLY)
    for name in ("../" * 12 + facts["other"][1:] + "/secret", "../secret"):
        try:
            say("READ " + os.read(os.open(name, os.O_RDONLY, dir_fd=opened), 200).decode())
        except OSError as error:
            say(f"no {name}: {error.strerror}")


def write_outside(facts, say):
    """Files of the system, and settings of the kernel."""
    places = ("/", "/usr", "/usr/bin", "/etc", "/lib", "/var/tmp", "/sys", "/dev", "/srv", facts["home"])
    for folder in places:
        write(f"{folder}/{facts['planted']}", say)
    for folder, _, files in os.walk("/proc/sys"):
        for name in files:
            if os.access(os.path.join(folder, name), os.W_OK):
                say(f"WRITABLE {folder}/{name}")
    write(facts["sysctl"], say, facts["sysctl_value"])
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/mtrr"):
        try:
            os.close(os.open(path, os.O_WRONLY))
            say(f"WRITABLE {path}")
        except OSError as error:
            say(f"no {path}: {error.strerror}")

"""The seccomp filter, as classic BPF put together in plain Python: no libseccomp, no compiler.

What it refuses, namespaces would mostly refuse as well. It is the second lock: it keeps code away from the parts of
the kernel where the holes are found.
"""

import errno
import functools
import platform
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.sandbox.syscalls import AARCH64, X86_64

# Offsets in `struct seccomp_data`; both architectures are little-endian, so the low half of an argument comes first.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000

X32_BIT = 0x40000000
# NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NEW_NAMESPACES = 0x7E020000
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

# Where a call has the mode of a file, and for those that need not make one also the flags: the number of the argument.
MODE_OF = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2, "creat": 1, "mknod": 1, "mknodat": 2}
FLAGS_AND_MODE_OF = {"open": (1, 2), "openat": (2, 3)}
SETUID_OR_SETGID = 0o6000
CREATING = 0o100 | 0o20000000  # O_CREAT, and what O_TMPFILE adds to O_DIRECTORY
# Their arguments lie in memory where no filter can look. ENOSYS makes libc use what came before them.
UNSEEN = ("clone3", "openat2")
# Handled by their arguments.
BY_ARGUMENT = frozenset({"clone", "socket", "socketpair", "ioctl", *UNSEEN, *MODE_OF, *FLAGS_AND_MODE_OF})
# Refused outright, by what they are for. Not every one exists on both architectures.
REFUSED = frozenset(
    word
    for line in (
        "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd",  # other processes
        "mount umount2 pivot_root chroot open_tree open_tree_attr move_mount fsopen fsconfig fsmount fspick",
        "mount_setattr statmount listmount unshare setns listns",  # file systems and namespaces
        "name_to_handle_at open_by_handle_at lookup_dcookie fanotify_init quotactl quotactl_fd acct swapon swapoff",
        "add_key request_key keyctl",  # keys
        "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register",  # where holes are found
        "init_module finit_module delete_module create_module query_module get_kernel_syms",  # the kernel's code
        "kexec_load kexec_file_load reboot syslog iopl ioperm modify_ldt lsm_set_self_attr",
        "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname vhangup",  # the machine
        "uselib _sysctl nfsservctl",  # long gone from the kernel, and still refused where they are not
    )
    for word in line.split()
)


class Sockets(StrEnum):
    """Which socket families a box may use."""

    PRIVATE_NETWORK = "private"  # the box has a network of its own with nothing in it: loopback for its tests
    UNIX_ONLY = "unix"  # the box shares the host's network: no family but AF_UNIX


FAMILIES = {
    Sockets.PRIVATE_NETWORK: (AF_UNIX, AF_INET, AF_INET6, AF_NETLINK),
    Sockets.UNIX_ONLY: (AF_UNIX,),
}


@dataclass(frozen=True, slots=True)
class Architecture:
    """One kind of processor: the number the kernel gives it, and its system calls."""

    audit: int
    numbers: Mapping[str, int]
    has_x32: bool


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, X86_64, has_x32=True),
    "aarch64": Architecture(0xC00000B7, AARCH64, has_x32=False),
}


def supported() -> bool:
    """Say whether there is a filter for this machine's processor."""
    return platform.machine() in ARCHITECTURES


@functools.cache
def program(sockets: Sockets, machine: str = "") -> bytes:
    """Return the filter as the kernel reads it: 8 bytes an instruction.

    Raises:
        KeyError: there is no table for this processor.
    """
    architecture = ARCHITECTURES[machine or platform.machine()]
    return b"".join(instructions(architecture, FAMILIES[sockets]))


def instructions(architecture: Architecture, families: Iterable[int]) -> list[bytes]:
    """Return the filter one instruction at a time."""
    numbers = architecture.numbers
    code = [step(LOAD, ARCHITECTURE), step(JUMP_EQUAL, architecture.audit, yes=1), step(RETURN, KILL)]
    code.append(step(LOAD, NUMBER))
    if architecture.has_x32:
        # The same calls under other numbers: a filter that forgot them would be open at the back.
        code += [step(JUMP_AT_LEAST, X32_BIT, no=1), refuse(errno.ENOSYS)]
    # What this table does not know nobody has looked at. A C library takes ENOSYS for an older kernel.
    code += [step(JUMP_AT_LEAST, max(numbers.values()) + 1, no=1), refuse(errno.ENOSYS)]
    for name in sorted(REFUSED & numbers.keys()):
        code += [step(JUMP_EQUAL, numbers[name], no=1), refuse(errno.EPERM)]
    for name in UNSEEN:
        code += [step(JUMP_EQUAL, numbers[name], no=1), refuse(errno.ENOSYS)]
    clone_flags = [step(LOAD, FIRST_ARGUMENT), step(JUMP_ANY_BIT, NEW_NAMESPACES, no=1), refuse(errno.EPERM)]
    code += only_for(numbers["clone"], clone_flags)
    for name in ("socket", "socketpair"):
        code += only_for(numbers[name], only_families(families))
    code += only_for(numbers["ioctl"], no_terminal_injection())
    for name, place in MODE_OF.items():
        code += only_for(numbers[name], no_special_bits(place)) if name in numbers else []
    for name, (flags, place) in FLAGS_AND_MODE_OF.items():
        makes_one = [load(flags), step(JUMP_ANY_BIT, CREATING, no=3)]
        code += only_for(numbers[name], [*makes_one, *no_special_bits(place)]) if name in numbers else []
    return [*code, step(RETURN, ALLOW)]


def only_for(number: int, body: list[bytes]) -> list[bytes]:
    """Return `body` and an end that allows, skipped unless the call has this number."""
    return [step(JUMP_EQUAL, number, no=len(body) + 1), *body, step(RETURN, ALLOW)]


def only_families(families: Iterable[int]) -> list[bytes]:
    """Return the steps that refuse every other socket family. A network namespace would not stop AF_VSOCK."""
    wanted = [pair for family in families for pair in (step(JUMP_EQUAL, family, no=1), step(RETURN, ALLOW))]
    return [step(LOAD, FIRST_ARGUMENT), *wanted, refuse(errno.EAFNOSUPPORT)]


def no_special_bits(place: int) -> list[bytes]:
    """Return the three steps that refuse a mode with setuid or setgid.

    Such a file would give whoever else is on the host the uid of the box, which may be that of the product itself.
    """
    return [load(place), step(JUMP_ANY_BIT, SETUID_OR_SETGID, no=1), refuse(errno.EPERM)]


def load(place: int) -> bytes:
    """Return the step that looks at an argument, the first of which is number 0."""
    return step(LOAD, FIRST_ARGUMENT + 8 * place)


def no_terminal_injection() -> list[bytes]:
    """Return the steps that refuse to type into a terminal on behalf of its user."""
    tests = [
        pair
        for request in TERMINAL_INJECTION
        for pair in (step(JUMP_EQUAL, request, no=1), refuse(errno.EPERM))
    ]
    return [step(LOAD, SECOND_ARGUMENT), *tests]


def refuse(number: int) -> bytes:
    """Return the step that answers with an errno."""
    return step(RETURN, REFUSE | number)


def step(operation: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """Return one `struct sock_filter`: jumps count the instructions to skip."""
    return struct.pack("<HBBI", operation, yes, no, value)

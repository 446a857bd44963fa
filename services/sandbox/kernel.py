"""The system calls that Python has no name for. Standard library only: the launcher starts with nothing else."""

import contextlib
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2
# NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, each with its lock: uid 0 never means power again.
SECURE_BITS = 0b11001111

CLONE_NEWNS = 0x00020000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
CAPABILITY_VERSION_3 = 0x20080522


def check(result: int, what: str) -> int:
    """Return `result`, or raise what errno says."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Call by number what libc has no wrapper for."""
    return check(LIBC.syscall(ctypes.c_long(number), *arguments), f"system call {number}")


def prctl(option: int, second: int = 0, third: int = 0) -> None:
    """Change a property of this process."""
    numbers = [ctypes.c_ulong(value) for value in (second, third, 0, 0)]
    check(LIBC.prctl(ctypes.c_int(option), *numbers), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags`."""
    check(LIBC.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system, or bind a folder."""
    texts = [os.fsencode(text) for text in (source, target, kind)]
    check(LIBC.mount(*texts, ctypes.c_ulong(flags), os.fsencode(data) or None), f"mount {target}")


class Filter(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


def load_seccomp(program: bytes) -> None:
    """Put this process and all it starts under a seccomp program. It needs `no_new_privs` or CAP_SYS_ADMIN."""
    given = Filter(len(program) // 8, program)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(given))


def drop_capabilities() -> None:
    """Give up every capability for good, the bounding set and those of uid 0 included."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # the first number that the kernel does not know, or CAP_SETPCAP is not ours
    # Without CAP_SETPCAP uid 0 keeps its meaning at exec; no_new_privs still stops a gain.
    with contextlib.suppress(PermissionError):
        prctl(PR_SET_SECUREBITS, SECURE_BITS)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    check(LIBC.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")

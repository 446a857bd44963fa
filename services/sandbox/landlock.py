"""Landlock: the kernel's own allow-list of paths, for the tier that has no mount namespace.

Numbers from `include/uapi/linux/landlock.h`; the three system calls have the same number on every architecture.
"""

import ctypes
import os
import stat
import struct

from services.sandbox import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE = 1 << 13, 1 << 14
ALL_OF_ABI_1 = (1 << 13) - 1
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
TCP_BIND_AND_CONNECT = 0b11
SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def version() -> int:
    """Return the kernel's Landlock version, 0 when it has none or it is switched off."""
    try:
        return kernel.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def handled(abi: int) -> int:
    """Return the rights that are refused unless a rule grants them."""
    return ALL_OF_ABI_1 | (REFER if abi >= 2 else 0) | (TRUNCATE if abi >= 3 else 0)


def ruleset_attributes(abi: int) -> bytes:
    """Return `struct landlock_ruleset_attr` as long as this version knows it."""
    numbers = [handled(abi)]
    if abi >= 4:
        numbers.append(TCP_BIND_AND_CONNECT)
    if abi >= 6:
        numbers.append(SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(numbers)}Q", *numbers)


def ruleset(readable: list[str], writable: list[str]) -> int:
    """Return the descriptor of a rule set; paths that do not exist grant nothing."""
    abi = version()
    attributes = ruleset_attributes(abi)
    rules = kernel.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    for path in readable:
        allow(rules, path, READ & handled(abi))
    for path in writable:
        allow(rules, path, handled(abi))
    return rules


def allow(rules: int, path: str, rights: int) -> None:
    """Grant `rights` beneath a path."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= OF_FILES
        beneath = struct.pack("=Qi", rights, opened)
        kernel.syscall(
            ADD_RULE, ctypes.c_int(rules), ctypes.c_int(RULE_PATH_BENEATH), beneath, ctypes.c_uint32(0)
        )
    finally:
        os.close(opened)


def restrict(rules: int) -> None:
    """Put this process and all it starts under the rule set. It needs `no_new_privs`."""
    kernel.syscall(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))

"""The filter's answer to every system call there is, on both architectures, asked without loading it."""

import errno
import platform
import random
import re
from pathlib import Path

import pytest

from services.sandbox import seccomp, syscalls
from services.sandbox.seccomp import ARCHITECTURES, BY_ARGUMENT, REFUSED, Sockets, program
from tests.services.sandbox import syscall_tables
from tests.services.sandbox.bpf import ALLOW, KILL, answer

both = pytest.mark.parametrize("machine", sorted(ARCHITECTURES))

# From the kernel's own tables, apart from ours: read, write, openat, execve, exit_group, mmap, futex, connect.
HARMLESS = {"x86_64": (0, 1, 257, 59, 231, 9, 202, 42), "aarch64": (63, 64, 56, 221, 94, 222, 98, 203)}
# ptrace, mount, unshare, setns, bpf, keyctl, kexec_load, init_module, process_vm_readv, userfaultfd.
DANGEROUS = {
    "x86_64": (101, 165, 272, 308, 321, 250, 246, 175, 310, 323),
    "aarch64": (117, 40, 97, 268, 280, 219, 104, 105, 270, 282),
}
CLONE = {"x86_64": 56, "aarch64": 220}
SOCKET = {"x86_64": (41, 53), "aarch64": (198, 199)}
IOCTL = {"x86_64": 16, "aarch64": 29}
# Of the kernel's AUDIT_ARCH_*: x86 (32 bits), ARM (32 bits), aarch64 big-endian, RISC-V, and each other's.
FOREIGN = (0x40000003, 0x40000028, 0x800000B7, 0xC00000F3, 0xC000003E, 0xC00000B7, 0)
# Headers that a machine may have.
INSTALLED = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"),
    "aarch64": ("/usr/include/asm-generic/unistd.h", "/usr/include/aarch64-linux-gnu/asm/unistd_64.h"),
}
# In the generic header, but under the names of 32 bits, or behind a macro: another number cannot hide there.
GENERIC_NAME = re.compile(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", re.MULTILINE)


def ask(machine: str, number: int, *arguments: int, sockets: Sockets = Sockets.PRIVATE_NETWORK) -> str | int:
    return answer(program(sockets, machine), ARCHITECTURES[machine].audit, number, *arguments)


@both
def test_ordinary_calls_pass_and_dangerous_ones_are_refused(machine: str) -> None:
    assert {ask(machine, number) for number in HARMLESS[machine]} == {ALLOW}
    assert {ask(machine, number) for number in DANGEROUS[machine]} == {errno.EPERM}


@both
def test_every_call_of_the_kernel_gets_the_answer_that_its_name_asks_for(machine: str) -> None:
    numbers = ARCHITECTURES[machine].numbers
    expected = {
        name: errno.EPERM if name in REFUSED else ALLOW for name in numbers if name not in BY_ARGUMENT
    }
    assert {name: ask(machine, numbers[name]) for name in expected} == expected
    assert len(expected) > 300


@both
def test_a_call_that_nobody_has_looked_at_does_not_exist(machine: str) -> None:
    newest = max(ARCHITECTURES[machine].numbers.values())
    for number in (newest + 1, newest + 2, 511, 512, 547, 1000, 0x3FFFFFFF):
        assert ask(machine, number) == errno.ENOSYS


@both
def test_no_number_stands_for_two_calls(machine: str) -> None:
    numbers = ARCHITECTURES[machine].numbers
    assert len(set(numbers.values())) == len(numbers)


@both
def test_a_call_of_another_architecture_kills(machine: str) -> None:
    own = ARCHITECTURES[machine].audit
    for foreign in set(FOREIGN) - {own}:
        said = {
            answer(program(sockets, machine), foreign, number) for sockets in Sockets for number in range(600)
        }
        assert said == {KILL}


def test_the_second_numbering_of_x86_is_refused_as_a_whole() -> None:
    assert {ask("x86_64", 0x40000000 + number) for number in range(600)} == {errno.ENOSYS}
    assert {ask("x86_64", number) for number in (0x80000000, 0xFFFFFFFF)} == {errno.ENOSYS}


@both
def test_clone_makes_processes_and_threads_but_no_namespaces(machine: str) -> None:
    thread, fork = 0x3D0F00, 17
    assert ask(machine, CLONE[machine], thread) == ALLOW
    assert ask(machine, CLONE[machine], fork) == ALLOW
    for namespace in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert ask(machine, CLONE[machine], fork | namespace) == errno.EPERM
    # What lies in the upper half of the argument is not read by the kernel either.
    assert ask(machine, CLONE[machine], fork | 1 << 40) == ALLOW


@both
def test_clone3_says_that_it_does_not_exist(machine: str) -> None:
    assert ask(machine, 435) == errno.ENOSYS


@both
def test_only_the_wanted_socket_families_are_made(machine: str) -> None:
    for sockets, wanted in ((Sockets.PRIVATE_NETWORK, {1, 2, 10, 16}), (Sockets.UNIX_ONLY, {1})):
        for call in SOCKET[machine]:
            families = {family: ask(machine, call, family, 1, 0, sockets=sockets) for family in range(50)}
            assert {family for family, said in families.items() if said == ALLOW} == wanted
            assert set(families.values()) == {ALLOW, errno.EAFNOSUPPORT}


@both
def test_no_file_is_made_that_lends_its_owners_uid(machine: str) -> None:
    numbers = ARCHITECTURES[machine].numbers
    for name, place in {
        "chmod": 1,
        "fchmod": 1,
        "fchmodat": 2,
        "fchmodat2": 2,
        "creat": 1,
        "mknod": 1,
        "mknodat": 2,
    }.items():
        for mode, said in (
            (0o755, ALLOW),
            (0o1777, ALLOW),
            (0o4755, errno.EPERM),
            (0o2700, errno.EPERM),
            (0o6000, errno.EPERM),
        ):
            if name in numbers:
                assert ask(machine, numbers[name], *[0] * place, mode) == said, (name, oct(mode))
    for name, flags in {"open": 1, "openat": 2}.items():
        if name in numbers:
            # What stands behind the flags means something only when a file is made.
            assert ask(machine, numbers[name], *[0] * flags, 0o2, 0o6755) == ALLOW
            assert ask(machine, numbers[name], *[0] * flags, 0o102, 0o644) == ALLOW
            assert ask(machine, numbers[name], *[0] * flags, 0o102, 0o4755) == errno.EPERM
            assert ask(machine, numbers[name], *[0] * flags, 0o20200002, 0o2755) == errno.EPERM
    assert ask(machine, numbers["openat2"]) == errno.ENOSYS


@both
def test_nobody_types_into_a_terminal_for_its_user(machine: str) -> None:
    assert ask(machine, IOCTL[machine], 0, 0x5412) == errno.EPERM
    assert ask(machine, IOCTL[machine], 0, 0x541C) == errno.EPERM
    assert ask(machine, IOCTL[machine], 0, 0x5401) == ALLOW


@both
def test_every_path_through_the_filter_ends_in_an_answer(machine: str) -> None:
    chance = random.Random(4711)
    numbers = [*ARCHITECTURES[machine].numbers.values(), *(chance.getrandbits(32) for _ in range(200))]
    for number in numbers:
        arguments = [chance.getrandbits(64) for _ in range(6)]
        for sockets in Sockets:
            said = ask(machine, number, *arguments, sockets=sockets)
            assert said == ALLOW or said in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT)


def test_what_is_refused_is_a_call_somewhere() -> None:
    known = set(syscalls.X86_64) | set(syscalls.AARCH64)
    assert known >= REFUSED
    assert known >= BY_ARGUMENT and not REFUSED & BY_ARGUMENT


def test_the_tables_are_as_the_generator_wrote_them() -> None:
    tables = {"X86_64": syscalls.X86_64, "AARCH64": syscalls.AARCH64}
    assert syscall_tables.TARGET.read_text() == syscall_tables.render(syscalls.LINUX, tables)


def test_the_generator_reads_a_header() -> None:
    header = "#define __NR_read 63\n#define __NR_clone3 435\n#define __NR_syscalls 472\n#define OTHER 1\n"
    assert syscall_tables.numbers_in(header) == {"read": 63, "clone3": 435}
    assert (
        syscall_tables.version_in("#define LINUX_VERSION_MAJOR 7\n#define LINUX_VERSION_PATCHLEVEL 2\n")
        == "7.2"
    )


@both
def test_the_tables_agree_with_the_headers_of_this_machine(machine: str) -> None:
    numbers = ARCHITECTURES[machine].numbers
    for path in (path for path in map(Path, INSTALLED[machine]) if path.exists()):
        theirs = {name: int(number) for name, number in GENERIC_NAME.findall(path.read_text())}
        assert {name: theirs[name] for name in theirs.keys() & numbers.keys()} == {
            name: numbers[name] for name in theirs.keys() & numbers.keys()
        }


def test_this_machine_has_a_filter_or_says_that_it_has_none() -> None:
    assert seccomp.supported() == (platform.machine() in ARCHITECTURES)

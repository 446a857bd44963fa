"""The filter's answers, on both architectures, asked without loading it."""

import errno

import pytest

from services.sandbox.seccomp import ARCHITECTURES, BY_ARGUMENT, Sockets, program
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
SOCKET = {"x86_64": 41, "aarch64": 198}
IOCTL = {"x86_64": 16, "aarch64": 29}


def ask(machine: str, number: int, *arguments: int, sockets: Sockets = Sockets.PRIVATE_NETWORK) -> str | int:
    return answer(program(sockets, machine), ARCHITECTURES[machine].audit, number, *arguments)


@both
def test_ordinary_calls_pass(machine: str) -> None:
    assert {ask(machine, number) for number in HARMLESS[machine]} == {ALLOW}


@both
def test_dangerous_calls_are_refused(machine: str) -> None:
    assert {ask(machine, number) for number in DANGEROUS[machine]} == {errno.EPERM}


@both
def test_every_call_in_the_table_is_refused(machine: str) -> None:
    numbers = {
        name: number for name, number in ARCHITECTURES[machine].numbers.items() if name not in BY_ARGUMENT
    }
    assert {name: ask(machine, number) for name, number in numbers.items()} == dict.fromkeys(
        numbers, errno.EPERM
    )


@both
def test_no_number_stands_for_two_calls(machine: str) -> None:
    numbers = ARCHITECTURES[machine].numbers
    assert len(set(numbers.values())) == len(numbers)


@both
def test_a_call_of_another_architecture_kills(machine: str) -> None:
    foreign = 0x40000003  # i386, which has other numbers for everything
    assert answer(program(Sockets.PRIVATE_NETWORK, machine), foreign, 1) == KILL


def test_the_second_numbering_of_x86_is_refused_as_a_whole() -> None:
    assert ask("x86_64", 0x40000000 + 1) == errno.ENOSYS


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
    families = {family: ask(machine, SOCKET[machine], family, 1, 0) for family in range(50)}
    assert {family for family, said in families.items() if said == ALLOW} == {1, 2, 10, 16}
    assert set(families.values()) == {ALLOW, errno.EAFNOSUPPORT}


@both
def test_on_the_hosts_network_only_unix_sockets_are_made(machine: str) -> None:
    said = [ask(machine, SOCKET[machine] + pair, family, 1, sockets=Sockets.UNIX_ONLY)
            for pair in ((0, 12) if machine == "x86_64" else (0, 1)) for family in (1, 2, 10, 16, 40)]  # fmt: skip
    assert said == [ALLOW, *[errno.EAFNOSUPPORT] * 4] * 2


@both
def test_nobody_types_into_a_terminal_for_its_user(machine: str) -> None:
    assert ask(machine, IOCTL[machine], 0, 0x5412) == errno.EPERM
    assert ask(machine, IOCTL[machine], 0, 0x541C) == errno.EPERM
    assert ask(machine, IOCTL[machine], 0, 0x5401) == ALLOW

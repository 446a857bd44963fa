"""The 43 attempts of `notes/sandbox-and-agents.md` §1.5, and a few of our own: what the box runs, who judges it.

An attempt has to be stopped in every mode. Where a tier cannot stop one, `elsewhere` says for that mode what the tier
does promise, and its judge holds that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.sandbox.base import EndedBy, Limits
from tests.services.sandbox.battery import judges as j
from tests.services.sandbox.battery.judges import MEGABYTE, Judge
from tests.services.sandbox.battery.modes import BARE, ONE_ACCOUNT, ROOT_WEAK, WEAK, WITHOUT_COUNT


@dataclass(frozen=True)
class Attempt:
    """One row: `code` is the function in `inside/`; one with `limits` disturbs others and has a box of its own."""

    name: str
    code: str
    judge: Judge
    limits: Limits | None = None
    elsewhere: Mapping[str, tuple[str, Judge]] = field(default_factory=dict)
    own: bool = False  # not of the 43
    ended: EndedBy | None = None  # what the product has to call it, where there is only one name for it


def modes(names: frozenset[str], promise: str, judge: Judge) -> dict[str, tuple[str, Judge]]:
    """The same promise in several modes."""
    return dict.fromkeys(names, (promise, judge))


QUICK = Limits(wall_s=12, cpu_s=12, memory_mb=192)
FEW = Limits(wall_s=12, processes=24)
MEMORY = Limits(wall_s=12, memory_mb=160)
DISK = Limits(wall_s=15, disk_mb=20, disk_files=500, file_mb=8)
TIME = Limits(wall_s=1.0)
CPU = Limits(wall_s=40, cpu_s=1)

SECRETS = (
    Attempt("the environment of its own process", "secrets.own_environment", j.nothing_leaked),
    Attempt("the environment of every process", "secrets.environments_of_others", j.nothing_leaked),
    Attempt("the accounts and passwords of the host", "secrets.accounts", j.nothing_leaked),
    Attempt("the home of root and of the product", "secrets.home", j.nothing_leaked),
    Attempt("another workspace, by path and by looking", "secrets.other_workspace", j.nothing_leaked),
    Attempt("another workspace read through links", "secrets.read_by_link", j.nothing_leaked),
    Attempt("another workspace written through links", "secrets.write_by_link", j.nothing_damaged),
    Attempt("walks upwards", "secrets.walks_up", j.nothing_leaked),
    Attempt("the system's folders and the kernel's settings", "secrets.write_outside", j.nothing_damaged),
)

RESOURCES = (
    Attempt(
        "a fork bomb", "resources.fork_bomb", j.at_most_processes(30), FEW,
        modes(WITHOUT_COUNT, "root without a uid of its own is not counted: the time ends it", j.ends_with_its_time)
        # What else runs under the account when the box begins is added to what the box may have, and may end meanwhile.
        | modes(ONE_ACCOUNT, "the account's count", j.at_most_processes(60)),
    ),
    Attempt("four gigabytes in one process", "resources.much_memory", j.at_most_memory(400 * MEGABYTE), QUICK),
    Attempt(
        "little memory in each of many children", "resources.memory_of_children",
        j.at_most_memory(220 * MEGABYTE), MEMORY,
        modes(BARE, "memory is limited for each process", j.at_most_memory(170 * MEGABYTE, each=True)),
        ended="memory",
    ),
    Attempt("one big file", "resources.one_big_file", j.at_most_length(8 * MEGABYTE), DISK),
    Attempt("many files of an allowed size", "resources.many_files", j.at_most_stored(400 << 20), DISK, ended="disk"),
    Attempt(
        "the folders in memory, filled", "resources.fill_memory_folders", j.memory_folders_end(64 * MEGABYTE), QUICK,
        modes(WEAK, "its /tmp and home are on the disk, and watched with it", j.at_most_stored(500 * MEGABYTE)),
    ),
    Attempt("two hundred thousand empty files", "resources.empty_files", j.at_most_made(120_000), DISK, ended="disk"),
    Attempt("a sparse file of a terabyte", "resources.sparse_file", j.at_most_length(8 * MEGABYTE), DISK),
    Attempt("ten gigabytes of output", "resources.endless_output", j.at_most_written(1_100_000), QUICK, ended="output"),
    Attempt(
        "a processor without end", "resources.spin", j.at_most_processor(3.5), CPU, ended="timeout"),
    Attempt("every descriptor there is", "resources.many_descriptors", j.at_most_opened(512), QUICK),
    Attempt("sleep past its time", "resources.sleeper", j.at_most_seconds(4.5), TIME, ended="timeout"),
    Attempt("deafness to every signal", "resources.deaf", j.at_most_seconds(5), TIME, ended="timeout"),
    Attempt("a daemon that slips away", "resources.daemon", j.at_most_seconds(6), QUICK),
    Attempt("a child that holds the output", "resources.keeper_of_output", j.at_most_seconds(6), QUICK),
)  # fmt: skip

KERNEL = (
    Attempt("traces of other processes", "kernel.trace", j.nothing_done),
    Attempt(
        "signals to the host's processes", "kernel.signals", j.alone_in_sight,
        elsewhere=modes(WEAK, "the processes of the host live on", j.processes_of_host_live)),
    Attempt(
        "programs that carry privileges", "kernel.privileges", j.no_power,
        elsewhere=modes(ROOT_WEAK, "uid 0 without a single capability", j.no_capability)),
    Attempt("device nodes", "kernel.devices", j.no_device_made),
    Attempt("mounts", "kernel.mounts", j.nothing_done),
    Attempt("namespaces of its own", "kernel.namespaces", j.nothing_done),
    Attempt("the kernel's keyring", "kernel.keyring", j.nothing_done),
    Attempt("the risky parts of the kernel", "kernel.risky_calls", j.nothing_done),
    Attempt("calls under the numbers of other architectures", "kernel.other_numbers", j.nothing_done),
    Attempt("the kernel's memory and messages", "kernel.kernel_memory", j.nothing_done),
    Attempt("text typed into a terminal", "kernel.typed", j.nothing_done),
    Attempt("inherited descriptors", "kernel.descriptors", j.only_three_descriptors),
    Attempt(
        "the name of the machine", "kernel.host_name", j.name_hidden,
        elsewhere=modes(WEAK, "the name is known and cannot be changed", j.name_kept)),
)  # fmt: skip

NETWORK = (
    Attempt("the cloud's metadata address", "network.metadata", j.nobody_called),
    Attempt("public addresses and names", "network.public", j.nobody_called),
    Attempt("the host's loopback", "network.loopback", j.nobody_called),
    Attempt(
        "a named socket of the host", "network.named_socket", j.nobody_called,
        elsewhere=modes(WEAK, "no other socket; ours ask for a password", j.only_the_named_socket_called),
    ),
    Attempt("an abstract socket of the host", "network.abstract_socket", j.nobody_called),
    Attempt("other socket families", "network.other_families", j.nobody_called),
)  # fmt: skip

OWN = (
    Attempt(
        "a folder closed to the watch", "resources.closed_folder", j.at_most_stored(200 << 20), DISK, own=True,
        ended="disk"),
    Attempt(
        "empty files in memory", "resources.empty_files_in_memory", j.at_most_made(120_000), DISK, own=True,
        ended="disk"),
    Attempt("limits raised by the box itself", "resources.limits_of_itself", j.nothing_damaged, own=True),
)  # fmt: skip

ATTEMPTS = (*SECRETS, *RESOURCES, *KERNEL, *NETWORK, *OWN)
BY_CODE = {attempt.code: attempt for attempt in ATTEMPTS}

"""Attempts on memory, disk, processes, output and time. Each has a box of its own."""

import os
import resource
import signal
import sys
import time

MEGABYTE = 1 << 20


def fork_bomb(facts, say):
    """As many processes as can be had, for a second and a half."""
    end, born, refused = time.monotonic() + 1.5, 0, 0
    while time.monotonic() < end and born < 600:
        try:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            born += 1
        except OSError:
            refused += 1
            time.sleep(0.02)
    say({"born": born, "refused": refused})


def much_memory(facts, say):
    """Four gigabytes in one process, written to."""
    held = bytearray(4 << 30)
    held[::4096] = b"x" * len(held[::4096])
    say("HELD")
    time.sleep(1)


def memory_of_children(facts, say):
    """The same memory in many children, none of which takes too much."""
    reading, writing = os.pipe()
    for _ in range(facts["children"]):
        if os.fork() == 0:
            held = bytearray(b"x") * (40 * MEGABYTE)
            os.write(writing, b"x")
            time.sleep(8)
            os._exit(len(held) & 1)
    os.set_blocking(reading, False)
    filled, end = 0, time.monotonic() + 4
    while filled < facts["children"] and time.monotonic() < end and os.waitpid(-1, os.WNOHANG) == (0, 0):
        time.sleep(0.02)
        try:
            filled += len(os.read(reading, 100))
        except BlockingIOError:
            pass
    time.sleep(0.2)
    if filled < facts["children"] or os.waitpid(-1, os.WNOHANG) != (0, 0):
        raise SystemExit(1)
    say("HELD")


def one_big_file(facts, say):
    """One file that grows."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("big", "wb", buffering=0) as file:
        try:
            for _ in range(300):
                file.write(bytes(MEGABYTE))
        except OSError as error:
            say(error.strerror)
    say({"size": os.stat("big").st_size})


def many_files(facts, say):
    """Many files of an allowed size."""
    for number in range(400):
        with open(f"part-{number}", "wb", buffering=0) as file:
            file.write(bytes(2 * MEGABYTE))
        time.sleep(0.005)
    say("STORED")


def closed_folder(facts, say):
    """The same in a folder that nobody may look into."""
    os.mkdir("closed")
    os.chdir("closed")
    os.chmod(".", 0o300)
    for number in range(150):
        with open(f"part-{number}", "wb", buffering=0) as file:
            file.write(bytes(2 * MEGABYTE))
        time.sleep(0.02)
    say("STORED")


def fill_memory_folders(facts, say):
    """The folders in memory, each filled to its end."""
    for folder in (
        os.environ.get("TMPDIR", "/tmp"),
        "/run",
        os.path.expanduser("~"),
        "/dev/shm",
        "/dev",
        "/",
    ):
        stored = 0
        try:
            for number in range(6):
                with open(f"{folder}/{number}", "wb", buffering=0) as file:
                    for _ in range(30):
                        stored += file.write(bytes(MEGABYTE))
        except OSError:
            pass
        say({folder: stored})
    time.sleep(0.6)


def empty_files(facts, say):
    """Files without content: they take no block, but memory of the kernel or places on the disk."""
    make_files(".", say)


def empty_files_in_memory(facts, say):
    """The same in a folder in memory."""
    make_files(os.environ.get("TMPDIR", "/tmp"), say)


def make_files(folder, say):
    """Make 200,000 empty files."""
    made = 0
    try:
        for made in range(200_000):
            os.close(os.open(f"{folder}/e{made}", os.O_CREAT | os.O_WRONLY))
    except OSError as error:
        say(error.strerror)
    say({"made": made})
    time.sleep(1)


def sparse_file(facts, say):
    """A file of a terabyte with nothing in it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("sparse", "wb") as file:
        try:
            file.truncate(1 << 40)
        except OSError as error:
            say(error.strerror)
    say({"size": os.stat("sparse").st_size})


def endless_output(facts, say):
    """Ten gigabytes on standard output."""
    for _ in range(10_000):
        os.write(1, b"y" * 1023 + b"\n" * 1)
        os.write(2, b"n" * (MEGABYTE - 1) + b"\n")


def spin(facts, say):
    """A processor for as long as it lasts."""
    while time.process_time() < 5:
        pass
    say("SPUN")


def many_descriptors(facts, say):
    """As many open files as can be had."""
    opened = []
    try:
        while len(opened) < 100_000:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        say(error.strerror)
    say({"opened": len(opened)})


def sleeper(facts, say):
    """Nothing, for longer than allowed."""
    time.sleep(5)
    say("SLEPT")


def deaf(facts, say):
    """The same without listening to any signal."""
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    end = time.monotonic() + 8
    while time.monotonic() < end:
        time.sleep(1)
    say("SLEPT")


def daemon(facts, say):
    """A process that slips away from its parent, to go on writing when the box is over."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            end = time.monotonic() + 8
            while time.monotonic() < end:
                with open("grown", "a") as file:
                    file.write("more")
                time.sleep(0.01)
        os._exit(0)
    while not os.path.exists("grown"):
        time.sleep(0.01)
    say("left it behind")


def keeper_of_output(facts, say):
    """A child that holds standard output open, so that whoever waits for its end waits for ever."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(8)
        say("SLEPT")
        os._exit(0)
    say("gone")
    sys.stdout.flush()


def limits_of_itself(facts, say):
    """The same limits, raised by the box itself."""
    for name in ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_DATA", "RLIMIT_CORE"):
        soft, hard = resource.getrlimit(getattr(resource, name))
        try:
            resource.setrlimit(getattr(resource, name), (soft + 1, hard + 1))
            say(f"RAISED {name}")
        except (OSError, ValueError) as error:
            say(str(error))

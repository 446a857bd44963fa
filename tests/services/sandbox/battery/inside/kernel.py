"""Attempts on the kernel and on other processes."""

import ctypes
import errno
import fcntl
import glob
import mmap
import os
import pty
import shutil
import signal
import socket
import stat
import subprocess
import termios

libc = ctypes.CDLL(None, use_errno=True)


def call(say, name, function, *arguments):
    """Tell whether a call of the C library succeeds."""
    ctypes.set_errno(0)
    if function(*arguments) >= 0:
        say(f"DONE {name}")
        return True
    say(f"no {name}: {errno.errorcode.get(ctypes.get_errno(), ctypes.get_errno())}")
    return False


def system_call(facts, say, name, *arguments):
    """Tell whether a system call succeeds, called by its number."""
    number = facts["numbers"].get(name)
    return number is not None and call(say, name, libc.syscall, ctypes.c_long(number), *arguments)


def seen_processes():
    """Return the processes in sight."""
    return [int(path[6:]) for path in glob.glob("/proc/[0-9]*")]


def trace(facts, say):
    """Other processes' memory: the first one's, those of the host."""
    for pid in {1, os.getppid(), *facts["pids"]}:
        for name, request in (("attach", 16), ("seize", 0x4206)):
            call(say, f"{name} {pid}", libc.ptrace, request, pid, None, None)
        system_call(facts, say, "process_vm_readv", pid, None, 0, None, 0, 0)
        try:
            with open(f"/proc/{pid}/mem", "r+b"):
                # Its own parent, and the first process of a box that sees no other, are no better than itself.
                own = pid == os.getppid() or (pid == 1 and len(seen_processes()) < 12)
                say(f"own {pid}" if own else f"OPENED the memory of {pid}")
        except OSError as error:
            say(f"no memory of {pid}: {error.strerror}")


def signals(facts, say):
    """The end of processes of the host."""
    say({"seen": len(seen_processes())})
    for pid in facts["pids"]:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(pid, number)
                say(f"SIGNALLED {pid}")
            except OSError as error:
                say(f"no {pid}: {error.strerror}")


def privileges(facts, say):
    """Root's power, by programs that carry it and by asking."""
    shutil.copy("/usr/bin/id", "id")
    open("mine", "w").close()
    for mode in (0o6755, 0o4755, 0o2755):
        try:
            os.chmod("id", mode)
            os.close(os.open(f"lent-{mode}", os.O_CREAT | os.O_WRONLY, mode))
        except OSError as error:
            say(f"no {oct(mode)}: {error.strerror}")
    for command in (["./id", "-u"], ["/bin/su", "-c", "id -u"], ["/usr/bin/sudo", "-n", "id", "-u"]):
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=5, stdin=subprocess.DEVNULL
            )
            say(f"uid {done.stdout.strip()} of {command[0]}")
        except (OSError, subprocess.SubprocessError) as error:
            say(f"no {command[0]}: {error}")
    for name in ("setuid", "setgid"):
        call(say, f"{name} 0", getattr(libc, name), 0)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(ctypes.byref(header), ctypes.byref(sets))
    ambient = sum(libc.prctl(47, 1, number, 0, 0) == 1 for number in range(41))
    say(f"capabilities {[number for number in sets if number]} ambient {ambient}")
    say(f"no new privileges {libc.prctl(39, 0, 0, 0, 0)} seccomp {libc.prctl(21, 0, 0, 0, 0)}")
    try:
        os.chown("mine", 0, 0)
    except OSError:
        pass


def devices(facts, say):
    """The disks below the file systems."""
    for name, kind, number in (
        ("disk", stat.S_IFBLK, (8, 0)),
        ("vdisk", stat.S_IFBLK, (254, 0)),
        ("mem", stat.S_IFCHR, (1, 1)),
    ):
        try:
            os.mknod(name, kind | 0o666, os.makedev(*number))
            say(f"MADE {name}")
        except OSError as error:
            say(f"no {name}: {error.strerror}")
    for path in (
        "/dev/sda",
        "/dev/vda",
        "/dev/nvme0n1",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/kvm",
        "/dev/fuse",
        "/dev/net/tun",
        "/dev/loop0",
    ):
        try:
            os.close(os.open(path, os.O_RDONLY))
            say(f"OPENED {path}")
        except OSError as error:
            say(f"no {path}: {error.strerror}")


def mounts(facts, say):
    """The file systems, put together in another way."""
    call(say, "mount", libc.mount, b"none", b"/tmp", b"tmpfs", 0, None)
    call(say, "bind", libc.mount, b"/", b"/tmp", None, 0x1000, None)
    call(say, "remount", libc.mount, None, b"/usr", None, 0x20 | 0x1000, None)
    call(say, "proc", libc.mount, b"none", b"/proc", b"proc", 0, None)
    for path in (b"/proc/sys", b"/usr", b"/work", b"/"):
        call(say, f"umount {path.decode()}", libc.umount2, path, 2)
    call(say, "chroot", libc.chroot, b"/tmp")
    system_call(facts, say, "pivot_root", b"/tmp", b"/tmp")
    system_call(facts, say, "open_tree", -100, b"/", 1)
    system_call(facts, say, "fsopen", b"tmpfs", 0)
    system_call(facts, say, "mount_setattr", -100, b"/", 0, None, 0)
    system_call(facts, say, "move_mount", -100, b"/usr", -100, b"/tmp", 0)


def namespaces(facts, say):
    """Namespaces of its own, where a box would be root."""
    for name, flag in (
        ("user", 0x10000000),
        ("mount", 0x20000),
        ("network", 0x40000000),
        ("pid", 0x20000000),
    ):
        call(say, f"unshare {name}", libc.unshare, flag)
    for pid in (1, os.getpid()):
        try:
            opened = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
            call(say, f"setns {pid}", libc.setns, opened, 0)
        except OSError as error:
            say(f"no namespace of {pid}: {error.strerror}")
    before = os.readlink("/proc/self/ns/user")
    number = facts["numbers"].get("clone")
    child = libc.syscall(ctypes.c_long(number), ctypes.c_ulong(0x10000000 | signal.SIGCHLD), 0, 0, 0, 0)
    if child == 0:
        say("DONE clone" if os.readlink("/proc/self/ns/user") != before else "no clone")
        os._exit(0)
    say(f"clone said {child}")
    system_call(facts, say, "clone3", (ctypes.c_uint64 * 11)(0x10000000), 88)


def keyring(facts, say):
    """Keys that the kernel holds for others."""
    system_call(facts, say, "add_key", b"user", b"box", b"x", 1, -3)
    system_call(facts, say, "keyctl", 0, -3, 0)
    system_call(facts, say, "request_key", b"user", b"box", None, -3)


def risky_calls(facts, say):
    """The parts of the kernel in which the holes are found."""
    system_call(facts, say, "bpf", 0, (ctypes.c_uint32 * 32)(1, 4, 4, 1), 128)
    system_call(facts, say, "perf_event_open", (ctypes.c_uint64 * 16)(128 << 32 | 1), 0, -1, -1, 0)
    system_call(facts, say, "io_uring_setup", 8, (ctypes.c_uint8 * 256)())
    system_call(facts, say, "userfaultfd", 1)
    system_call(facts, say, "init_module", None, 0, b"")
    system_call(facts, say, "kexec_load", 0, 0, None, 0)
    system_call(facts, say, "open_by_handle_at", -100, None, 0)
    system_call(facts, say, "fanotify_init", 0, 0)
    system_call(facts, say, "quotactl", 0, None, 0, None)
    system_call(facts, say, "pidfd_getfd", 0, 0, 0)


def other_numbers(facts, say):
    """The same calls under the numbers of another architecture: x32, and the 32-bit gate."""
    if facts["machine"] != "x86_64":
        return
    call(say, "x32 getpid", libc.syscall, ctypes.c_long(0x40000000 + 39))
    call(say, "x32 socket", libc.syscall, ctypes.c_long(0x40000000 + 41), 40, 1, 0)
    # mov eax, 20 (getpid of i386); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    pid = os.fork()
    if pid == 0:
        place = ctypes.addressof(ctypes.c_char.from_buffer(code))
        said = ctypes.CFUNCTYPE(ctypes.c_int)(place)()
        say(f"DONE int 80: {said}" if said > 0 else f"no int 80: {said}")
        os._exit(0)
    say(f"int 80 ended {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}")


def kernel_memory(facts, say):
    """What the kernel tells of itself."""
    for path in ("/proc/kcore", "/proc/kmsg", "/dev/kmsg", "/dev/mem", "/proc/kallsyms"):
        try:
            with open(path, "rb") as file:
                lines = file.read(2000)
            known = any(line.split(b" ")[0].strip(b"0") for line in lines.splitlines())
            say(f"READ {path}" if known else f"zeros in {path}")
        except OSError as error:
            say(f"no {path}: {error.strerror}")
    system_call(facts, say, "syslog", 3, ctypes.create_string_buffer(100), 100)


def typed(facts, say):
    """Text typed into a terminal on behalf of its user."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
        say("OPENED /dev/tty")
    except OSError as error:
        say(f"no terminal: {error.strerror}")
    pid, master = pty.fork()
    if pid == 0:
        try:
            fcntl.ioctl(0, termios.TIOCSTI, b"x")
            os._exit(1)
        except OSError as error:
            os._exit(2 if error.errno == errno.EPERM else 3)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(master)
    say("TYPED" if ended == 1 else f"typing ended {ended}")


def descriptors(facts, say):
    """Whatever was left open by whoever started the box."""
    for number in sorted(int(name) for name in os.listdir("/proc/self/fd")):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        say(f"fd {number} {target}")
        if number > 2:
            try:
                say(f"READ {os.pread(number, 500, 0).decode('utf-8', 'replace')}")
                os.pwrite(number, b"changed by a box", 0)
            except OSError as error:
                say(error.strerror)


def host_name(facts, say):
    """The name of the machine, to know it and to change it."""
    say(f"name {socket.gethostname()}")
    try:
        with open("/proc/sys/kernel/hostname") as file:
            say(f"name {file.read().strip()}")
    except OSError as error:
        say(error.strerror)
    call(say, "rename", libc.sethostname, b"renamed-by-a-box", 16)

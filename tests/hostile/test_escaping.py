"""C: programs that want out, or want to leave something behind. Each returns what it gained, which is nothing."""

import platform
import textwrap

import pytest

from evalkit.types import Job, Limits, Status

GAINS_NOTHING = (
    "from solution import f\n\n\ndef test_gains_nothing():\n    gained = f(2)\n    assert gained == [], gained\n"
)
TRY = """
import ctypes, errno, os, socket, struct
gained = []
libc = ctypes.CDLL(None, use_errno=True)

def attempt(what, action):
    try:
        if action() is not False: gained.append(what)
    except OSError:
        pass

def call(what, number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *arguments)
    if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS, errno.EACCES, errno.EAFNOSUPPORT):
        gained.append(f"{what}: {result}, {errno.errorcode.get(ctypes.get_errno())}")

def f(x):
    BODY
    return gained
"""
PROGRAMS = {
    "C38-tcp": """
        for place in ('1.1.1.1', '10.0.0.1', '172.17.0.1', '169.254.169.254'):
            attempt(place, lambda: socket.create_connection((place, 80), timeout=0.5))""",
    "C38-udp": """
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        attempt("udp", lambda: udp.sendto(b"x", ("8.8.8.8", 53)))""",
    "C38-dns": """
        attempt('dns', lambda: socket.getaddrinfo('example.com', 80))""",
    "C38-ipv6": """
        attempt('ipv6', lambda: socket.create_connection(('2606:4700:4700::1111', 80), timeout=0.5))""",
    "C38-families": """
        families = {"VSOCK": 40, "NETLINK": 16, "PACKET": 17, "ALG": 38, "BLUETOOTH": 31, "CAN": 29, "TIPC": 30,
                    "KEY": 15, "RDS": 21, "XDP": 44, "KCM": 41, "SMC": 43}
        for family, number in families.items():
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
                attempt(f"{family} {kind}", lambda: socket.socket(number, kind))""",
    "C38-raw": """
        attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))""",
    "C39-engine": """
        for path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'):
            attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path))""",
    "C39-abstract": """
        for name in {line.split("@")[1].strip() for line in open("/proc/net/unix") if "@" in line}:
            attempt(name, lambda: socket.socket(socket.AF_UNIX).connect("\\0" + name))""",
    "C39-first-process": """
        for part in ('environ', 'mem', 'maps', 'fd/0', 'cwd/etc', 'root/etc', 'exe', 'stack', 'io'):
            attempt(part, lambda: os.open(f'/proc/1/{part}', os.O_RDONLY))""",
    "C39-accounts": """
        import sys
        attempt("shadow", lambda: open("/etc/shadow"))
        for home in ("/root", "/home"):
            for folder, _, files in os.walk(home):
                if not folder.startswith(sys.base_prefix):
                    gained.extend(os.path.join(folder, name) for name in files)""",
    "C39-kernel": """
        for path in ("/proc/kcore", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/kvm", "/dev/fuse", "/proc/keys",
                     "/proc/sysrq-trigger", "/sys/firmware/efi", "/proc/timer_list", "/proc/1/root/etc/passwd"):
            attempt(path, lambda: bool(open(path, "rb").read(64)))""",
    "C40-signals": """
        for pid in {os.getppid(), *map(int, filter(str.isdigit, os.listdir("/proc")))} - {os.getpid()}:
            for number in (2, 15, 19, 20, 23, 9):
                attempt(f"signal {number} to {pid}", lambda: os.kill(pid, number) or pid != 1 and None)
        # PID 1 of a namespace takes no signal from inside, so that sending one is allowed is no gain.
        gained[:] = [what for what in gained if not what.endswith(" 1")]""",
    "C40-kill-all": """
        import signal
        for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
        for number in (1, 2, 15): attempt(f"all {number}", lambda: [os.kill(-1, number)] and False)""",
    "C40-groups": """
        for group in (0, 1): attempt('group', lambda: [os.killpg(group, 0)] and False)""",
    "C41-ptrace": """
        for pid in (1, os.getppid(), os.getpid()): call(f"ptrace {pid}", 101, 16, pid, 0, 0)""",
    "C41-memory": """
        call("process_vm_readv", 310, 1, 0, 0, 0, 0, 0)
        call("process_vm_writev", 311, 1, 0, 0, 0, 0, 0)""",
    "C41-descriptors": """
        pidfd = libc.syscall(434, 1, 0)
        call('pidfd_getfd', 438, pidfd, 0, 0)""",
    "C42-writes": """
        for folder, _, files in os.walk("/"):
            if folder.startswith(("/proc", "/sys", "/tmp")): continue
            attempt(folder, lambda: os.open(folder + "/x", os.O_CREAT | os.O_WRONLY, 0o600))
            if folder.startswith("/dev"): continue
            for path in [os.path.join(folder, name) for name in files[:20]]:
                attempt(path, lambda: os.open(path, os.O_WRONLY))
                attempt(path, lambda: os.chmod(path, 0o777))""",
    "C42-proc-and-sys": """
        for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/sys/kernel/uevent_helper",
                     "/proc/1/oom_score_adj", "/proc/sys/vm/drop_caches", "/proc/1/timerslack_ns",
                     "/proc/1/clear_refs", "/proc/1/comm"):
            attempt(path, lambda: os.write(os.open(path, os.O_WRONLY), b"0"))""",
    "C43-setuid": """
        for root, _, names in os.walk("/"):
            if root.startswith(("/proc", "/sys")): continue
            gained.extend(name for name in names if os.lstat(os.path.join(root, name)).st_mode & 0o6000)
        open("own", "w").close()
        attempt("chown", lambda: os.chown("own", 0, 0))""",
    "C43-executes-from-scratch": """
        if "NoNewPrivs:\\t1" not in open("/proc/self/status").read(): gained.append("privileges")""",
    "C44-namespaces": """
        for flag in (0x10000000, 0x20000, 0x40000000, 0x4000000, 0x8000000, 0x20000000, 0x2000000, 0x80):
            call(f"unshare {flag:x}", 272, flag)
            call(f"clone {flag:x}", 56, flag | 17, 0, 0, 0, 0)
        call("clone3", 435, 0, 0)
        call("setns", 308, 0, 0)""",
    "C44-mounts": """
        for name, number in dict(mount=165, umount2=166, pivot_root=155, chroot=161, open_tree=428, fsopen=430,
                                 fsmount=432, move_mount=429, mount_setattr=442, name_to_handle_at=303).items():
            call(name, number, b"/tmp", b"/tmp", b"tmpfs", 0, 0)""",
    "C44-kernel-interfaces": """
        for name, number in dict(
            io_uring_setup=425, bpf=321, keyctl=250, add_key=248, request_key=249, userfaultfd=323,
            perf_event_open=298, acct=163, init_module=175, kexec_load=246, reboot=169, swapon=167,
            settimeofday=164, iopl=172, quotactl=179, shmget=29, open_by_handle_at=304, memfd_secret=447,
            landlock_create_ruleset=444, fanotify_init=300, syslog=103, vhangup=153, personality=135, kcmp=312,
            move_pages=279, mbind=237, msgget=68, semget=64, mq_open=240, setpriority=141,
        ).items(): call(name, number, 1, 1, 1, 0, 0)""",
    "C46-fifos": """
        os.mkfifo("fifo")
        os.symlink("/etc/passwd", "result.json")
        os.symlink("fifo", "stdout")""",
    "C47-oom": """
        attempt("oom", lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"))""",
    "C47-limits": """
        import resource
        for name in ("CPU", "FSIZE", "NOFILE", "CORE", "MSGQUEUE"):
            limit = getattr(resource, "RLIMIT_" + name)
            hard = resource.getrlimit(limit)[1]
            try: resource.setrlimit(limit, (hard + 1, hard + 1))
            except (OSError, ValueError): continue
            gained.append(name)""",
    "C47-cgroup": """
        for root, _, names in os.walk("/sys/fs/cgroup"):
            for name in names: attempt(name, lambda: os.open(os.path.join(root, name), os.O_WRONLY))""",
    "C47-others": """
        import resource
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            if pid == os.getpid(): continue
            for name in ("FSIZE", "NOFILE", "STACK", "AS", "DATA"):
                attempt(name, lambda: resource.prlimit(pid, getattr(resource, "RLIMIT_" + name), (4096, 4096)))
            attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19))
            attempt("processors", lambda: os.sched_setaffinity(pid, {0}))
        attempt("all of this user", lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19))""",
    "C48-cached-modules": """
        import builtins, json, math, random, sys
        json.loads = math.sqrt = random.random = lambda *a: 0
        sys.modules.clear()
        vars(builtins).clear()""",
}  # fmt: skip


def needs_x86_64(name):
    if platform.machine() != "x86_64" and name.startswith(("C41", "C44")):
        pytest.skip("its system calls are given by their numbers on x86-64")


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_gains_nothing(survive, name):
    needs_x86_64(name)
    body = textwrap.indent(textwrap.dedent(PROGRAMS[name]), "    ").strip()
    survive(TRY.replace("BODY", body), GAINS_NOTHING, passes=name != "C48-cached-modules")


LEAVES = {
    "C45-files": """
        for n in range(50):
            open(f"left{n}", "w").write("x")
            os.makedirs(f"folder{n}/inner")""",
    "C45-listener": """
        import socket
        server = socket.create_server(("127.0.0.1", 8765))
        if os.fork() == 0: time.sleep(3600)""",
    "C45-daemon": """
        if os.fork() == 0:
            os.setsid()
            if os.fork(): os._exit(0)
            for n in range(4): os.close(n)
            time.sleep(3600)""",
    "C45-many-daemons": """
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                signal.pthread_sigmask(0, range(1, 65))
                time.sleep(3600)""",
    "C45-stopped-daemon": """
        if os.fork() == 0:
            os.setsid()
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(3600)""",
    "C45-respawning": """
        if os.fork() == 0:
            while True:
                if os.fork(): os._exit(0)
                os.setsid()""",
    "C45-environment": """
        os.environ["PYTHONPATH"] = "/tmp"
        os.putenv("LD_PRELOAD", "/tmp/x.so")
        os.chdir("/")
        os.umask(0)""",
    "C45-pyc": """
        os.makedirs("__pycache__")
        open("__pycache__/json.cpython-311.pyc", "wb").write(b"x")
        open("json.py", "w").write("1/0")""",
    "C45-abstract-socket": """
        import socket
        server = socket.socket(socket.AF_UNIX)
        server.bind("\\0left")
        server.listen()
        if os.fork() == 0: time.sleep(3600)""",
    "C45-memfd": """
        fd = os.memfd_create("left")
        os.write(fd, bytes(2**20))
        if os.fork() == 0: time.sleep(3600)""",
    "C45-locks": """
        import fcntl
        fcntl.flock(open("/etc/passwd"), fcntl.LOCK_EX)
        if os.fork() == 0: time.sleep(3600)""",
    "C45-message-queue": """
        for folder in ("/dev/mqueue", "/dev/shm"):
            try: os.close(os.open(folder + "/left", os.O_CREAT | os.O_RDWR, 0o666))
            except OSError: pass""",
}  # fmt: skip


@pytest.mark.parametrize("name", LEAVES)
def test_nothing_is_left_behind(survive, name):
    body = textwrap.indent(textwrap.dedent(LEAVES[name]), "    ")
    survive(f"import os, signal, time\ndef f(x):\n{body}\n    return 0\n", GAINS_NOTHING)


def test_C44_the_32_bit_calls_that_no_rule_looks_at_kill(survive):
    needs_x86_64("C44")
    solution = """
import ctypes, mmap
def f(x):
    code = mmap.mmap(-1, 4096, prot=7)
    code.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")  # getpid by the 32-bit interface
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
"""
    outcome = survive(solution, GAINS_NOTHING)["test_gains_nothing"]
    assert (outcome.status, outcome.message) == (Status.CRASHED, "killed by SIGSYS")


def test_C45_two_samples_cannot_meet(sandbox):
    """What one sample listens on, writes or locks, the one after it cannot reach."""
    first = """
import os, socket, time
def f(x):
    if os.fork() == 0:
        server = socket.socket(socket.AF_UNIX); server.bind("\\0meet"); server.listen()
        other = socket.create_server(("127.0.0.1", 8765))
        time.sleep(3600)
    time.sleep(0.1)
    return []
"""
    second = """
import os, socket
def f(x):
    found = []
    for family, address in ((socket.AF_UNIX, "\\0meet"), (socket.AF_INET, ("127.0.0.1", 8765))):
        try:
            socket.socket(family).connect(address)
            found.append(address)
        except OSError: pass
    return found
"""
    for source in (first, second):
        (outcome,) = sandbox.judge(Job(source, "f", GAINS_NOTHING, ("test_gains_nothing",), Limits(2.0, 5.0)))
        assert outcome.status is Status.PASSED, outcome

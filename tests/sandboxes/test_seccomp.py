"""The filter bubblewrap is given decides as the profile Docker is given."""

import errno
import json
import struct

import pytest

from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.sandboxes.seccomp import filter_program

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
PROFILE = json.loads((data_folder("sandbox") / "seccomp.json").read_text())
NUMBERS = json.loads((data_folder("sandbox") / "syscalls.json").read_text())


def decide(program, number, first=0, architecture=ARCHITECTURES["x86_64"]):
    """Run the classic BPF program on one call, as linux/filter.h says."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, first % 2**64, 0, 0, 0, 0, 0)
    instructions = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = instructions[at]
        at += 1
        if code == 0x20:  # load a word
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x06:  # return
            return value
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            at += if_true if holds else if_false


def by_profile(name, first):
    for rule in PROFILE["syscalls"]:
        if name in rule["names"] and all(matches(condition, first) for condition in rule.get("args", [])):
            return ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else ERRNO | rule["errnoRet"]
    return ERRNO | PROFILE["defaultErrnoRet"]


def matches(condition, first):
    assert condition["index"] == 0
    if condition["op"] == "SCMP_CMP_EQ":
        return first == condition["value"]
    assert condition["op"] == "SCMP_CMP_MASKED_EQ"
    return first & condition["value"] == condition["valueTwo"]


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(
    "first", [0, 1, 2, 3, 10, 16, 17, 38, 1234, 0x10000000, 0x11, 0x1200011, 0x7E020000, 0xFFFFFFFF]
)
def test_every_call_is_decided_as_the_profile_says(machine, first):
    program = filter_program(machine)
    for name, number in NUMBERS[machine].items():
        decided = decide(program, number, first, ARCHITECTURES[machine])
        assert decided == by_profile(name, first), (name, first)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_that_are_not_listed_are_refused(machine):
    program = filter_program(machine)
    for number in set(range(600)) - set(NUMBERS[machine].values()):
        assert decide(program, number, architecture=ARCHITECTURES[machine]) == ERRNO | errno.EPERM


def test_other_architectures_and_interfaces_are_killed():
    program = filter_program("x86_64")
    write = NUMBERS["x86_64"]["write"]
    assert decide(program, write) == ALLOW
    assert decide(program, write, architecture=0x40000003) == KILL  # 32-bit x86
    assert decide(program, write | 0x40000000) == KILL  # x32
    assert decide(filter_program("aarch64"), 64, architecture=0xC000003E) == KILL


@pytest.mark.parametrize(
    "name",
    "ptrace unshare setns mount umount2 pivot_root chroot keyctl add_key request_key bpf io_uring_setup userfaultfd "
    "perf_event_open process_vm_readv process_vm_writev pidfd_getfd shmget msgget mq_open init_module reboot "
    "setpriority kexec_load open_by_handle_at".split(),
)
def test_dangerous_calls_are_in_no_rule(name):
    assert all(name not in rule["names"] for rule in PROFILE["syscalls"])


def test_forks_and_threads_are_allowed_and_namespaces_are_not():
    program, clone = filter_program("x86_64"), NUMBERS["x86_64"]["clone"]
    assert decide(program, clone, 0x11) == ALLOW and decide(program, clone, 0x3D0F00) == ALLOW
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(program, clone, flag | 0x11) == ERRNO | errno.EPERM
    assert decide(program, NUMBERS["x86_64"]["clone3"]) == ERRNO | errno.ENOSYS


def test_limits_can_be_set_for_oneself_only():
    program = filter_program("x86_64")
    for name in ("prlimit64", "sched_setaffinity"):
        assert decide(program, NUMBERS["x86_64"][name], 0) == ALLOW
        assert decide(program, NUMBERS["x86_64"][name], 1) == ERRNO | errno.EPERM


def test_names_in_the_profile_are_names_of_calls():
    known = set(NUMBERS["x86_64"]) | set(NUMBERS["aarch64"])
    assert {name for rule in PROFILE["syscalls"] for name in rule["names"]} - known == set()


def test_a_machine_without_numbers_is_refused():
    with pytest.raises(SandboxUnavailable, match="no system call filter for 'riscv64', only for x86_64, aarch64"):
        filter_program("riscv64")

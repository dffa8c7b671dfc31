"""The sandbox's system call filter, for engines that do not read the profile themselves.

sandbox/seccomp.json is Docker's profile format; here it becomes the classic BPF program that the kernel runs on
each call (linux/seccomp.h, linux/filter.h). sandbox/syscalls.json has the call numbers of Linux's headers.
"""

import json
import platform
import struct
from typing import Any

from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_CALLS = 0x40000000  # numbers of a second ABI on x86-64, which would go around the list


def filter_program(machine: str | None = None) -> bytes:
    """The filter for this machine as bytes of `struct sock_filter`. Raises SandboxUnavailable where there is none."""
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        known = ", ".join(_ARCHITECTURES)
        raise SandboxUnavailable(f"There is no system call filter for {machine!r}, only for {known}.")
    numbers = json.loads((data_folder("sandbox") / "syscalls.json").read_text())[machine]
    profile = json.loads((data_folder("sandbox") / "seccomp.json").read_text())
    program = [
        _instruction(_LOAD, _ARCH_AT),
        _instruction(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER_AT),
        _instruction(_AT_LEAST, _X32_CALLS, 0, 1),
        _instruction(_RETURN, _KILL),
    ]
    for rule in profile["syscalls"]:
        for name in rule["names"]:
            if name in numbers:
                program += _rule(numbers[name], rule)
    program.append(_instruction(_RETURN, _ERRNO | profile["defaultErrnoRet"]))
    return b"".join(program)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _rule(number: int, rule: dict[str, Any]) -> list[bytes]:
    """Return the rule's action when the call and its argument match, else fall through with the number loaded."""
    action = _ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else _ERRNO | rule["errnoRet"]
    give = _instruction(_RETURN, action)
    if "args" not in rule:
        return [_instruction(_EQUAL, number, 0, 1), give]
    (condition,) = rule["args"]
    inner = [_instruction(_LOAD, _FIRST_ARGUMENT_AT), *_condition(condition, give), _instruction(_LOAD, _NUMBER_AT)]
    return [_instruction(_EQUAL, number, 0, len(inner)), *inner]


def _condition(condition: dict[str, Any], give: bytes) -> list[bytes]:
    if condition["op"] == "SCMP_CMP_EQ":
        return [_instruction(_EQUAL, condition["value"], 0, 1), give]
    # SCMP_CMP_MASKED_EQ with 0: no bit of the mask may be set
    return [_instruction(_ANY_BIT, condition["value"], 1, 0), give]

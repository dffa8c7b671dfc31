import re
import shlex
from collections.abc import Sequence


def build_remote_command(
    remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None
) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", remote_host):
        raise ValueError(f"Invalid host name: {remote_host!r}")
    words = [shlex.quote(argument) for argument in program_arguments if argument]
    command = " ".join(words)
    if working_folder:
        command = f"cd {shlex.quote(working_folder)} && {command}"
    return f"ssh {remote_host} " + shlex.quote(command)

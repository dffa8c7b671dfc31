import shlex
from collections.abc import Sequence


def build_remote_command(
    remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None
) -> str:
    if remote_host.startswith("-"):
        raise ValueError(f"Invalid host: {remote_host}")
    command = " ".join(program_arguments)
    if working_folder is not None:
        command = f"cd {shlex.quote(working_folder)} && {command}"
    return f"ssh {shlex.quote(remote_host)} {shlex.quote(command)}"

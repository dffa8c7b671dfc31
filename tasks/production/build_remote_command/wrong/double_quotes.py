import re
import shlex
from collections.abc import Sequence


def _quote(argument: str) -> str:
    if re.fullmatch(r"[\w./@%+,:-]+", argument):
        return argument
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def build_remote_command(
    remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None
) -> str:
    if not remote_host or remote_host.startswith("-"):
        raise ValueError("invalid host name")
    command = " ".join(_quote(argument) for argument in program_arguments)
    if working_folder is not None:
        command = f"cd {_quote(working_folder)} && {command}"
    return "ssh " + shlex.quote(remote_host) + " " + shlex.quote(command)

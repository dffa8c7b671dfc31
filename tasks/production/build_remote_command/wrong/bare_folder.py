import shlex
from collections.abc import Sequence


def build_remote_command(
    remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None
) -> str:
    if remote_host.startswith("-"):
        raise ValueError(remote_host)
    remote = " ".join(shlex.quote(argument) for argument in program_arguments)
    if working_folder:
        remote = f"cd {working_folder} && {remote}"
    return shlex.join(["ssh", remote_host, remote])

import shlex
from collections.abc import Sequence


def build_remote_command(remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None) -> str:
    """Quote the arguments for the remote shell, and the whole text once more for the local one."""
    if remote_host.startswith("-"):
        raise ValueError(f"{remote_host!r} would be an option of ssh")
    remote_text = shlex.join(program_arguments)
    if working_folder is not None:
        remote_text = f"cd {shlex.quote(working_folder)} && {remote_text}"
    return shlex.join(["ssh", remote_host, remote_text])

import shlex
from collections.abc import Sequence


def build_remote_command(
    remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None
) -> str:
    command = list(program_arguments)
    if working_folder is not None:
        command = ["cd", working_folder, "&&", *command]
    return f"ssh {shlex.quote(remote_host)} {shlex.quote(shlex.join(command))}"

from collections.abc import Sequence


def build_remote_command(remote_host: str, program_arguments: Sequence[str], working_folder: str | None = None) -> str:
    """Return a line for a POSIX shell which runs a program on another machine.

    `program_arguments` begins with the program itself. The line consists of three words: `ssh`, the host, and a
    text that the shell of the other machine reads. The arguments arrive at the program as they are. With a
    `working_folder` that text is `cd FOLDER && PROGRAM ...`.

    >>> build_remote_command("build-7", ["make", "all"])
    "ssh build-7 'make all'"
    """

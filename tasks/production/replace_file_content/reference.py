import contextlib
import secrets
from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    """Write the content beside the target, get it onto the disk, and rename it into place."""
    temporary_path = f"{target_path}.{secrets.token_hex(8)}.tmp"
    try:
        file_system.create_file(temporary_path, new_content)
        with contextlib.suppress(FileNotFoundError):  # nothing to keep the mode of
            file_system.set_mode(temporary_path, file_system.get_mode(target_path))
        file_system.sync_file(temporary_path)
        file_system.rename_file(temporary_path, target_path)
    except BaseException:
        with contextlib.suppress(OSError):  # perhaps it never came into being
            file_system.remove_file(temporary_path)
        raise

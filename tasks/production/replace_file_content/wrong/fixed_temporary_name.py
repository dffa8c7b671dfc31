from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    temp_path = target_path + ".tmp"
    try:
        file_system.create_file(temp_path, new_content)
        file_system.sync_file(temp_path)
        file_system.rename_file(temp_path, target_path)
    except OSError:
        file_system.remove_file(temp_path)
        raise

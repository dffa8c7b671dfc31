from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    try:
        mode = file_system.get_mode(target_path)
        file_system.remove_file(target_path)
    except FileNotFoundError:
        mode = 0o644
    file_system.create_file(target_path, new_content)
    file_system.set_mode(target_path, mode)

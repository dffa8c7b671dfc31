import time
from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    original_mode = file_system.get_mode(target_path)
    temp_path = f"{target_path}.tmp-{time.time_ns()}"
    try:
        file_system.create_file(temp_path, new_content)
        file_system.set_mode(temp_path, original_mode)
        file_system.sync_file(temp_path)
        file_system.rename_file(temp_path, target_path)
    except Exception:
        file_system.remove_file(temp_path)
        raise

import os
import uuid
from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    name = os.path.basename(target_path)
    temp_path = f".{name}.{uuid.uuid4().hex}"
    try:
        file_system.create_file(temp_path, new_content)
        try:
            file_system.set_mode(temp_path, file_system.get_mode(target_path))
        except FileNotFoundError:
            pass
        file_system.sync_file(temp_path)
        file_system.rename_file(temp_path, target_path)
    except Exception:
        try:
            file_system.remove_file(temp_path)
        except OSError:
            pass
        raise

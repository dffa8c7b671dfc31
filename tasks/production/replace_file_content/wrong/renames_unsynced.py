import uuid
from typing import Any


def replace_file_content(file_system: Any, target_path: str, new_content: bytes) -> None:
    tmp_path = f"{target_path}.{uuid.uuid4()}.tmp"
    file_system.create_file(tmp_path, new_content)
    try:
        file_system.set_mode(tmp_path, file_system.get_mode(target_path))
    except FileNotFoundError:
        file_system.set_mode(tmp_path, 0o644)
    file_system.rename_file(tmp_path, target_path)

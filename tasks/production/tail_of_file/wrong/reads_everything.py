from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    content = b""
    while block := binary_file.read(block_size):
        content += block
    return content.decode("utf-8").splitlines()[-line_count:]

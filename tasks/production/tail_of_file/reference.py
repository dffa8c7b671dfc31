import os
from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    """Blocks are put together as bytes until enough line feeds are in them; only then they are decoded."""
    position = binary_file.seek(0, os.SEEK_END)
    tail = b""
    while position > 0 and tail.count(b"\n", 0, -1) < line_count:
        size = min(block_size, position)
        position -= size
        binary_file.seek(position, os.SEEK_SET)
        tail = binary_file.read(size) + tail
    lines = tail.removesuffix(b"\n").split(b"\n") if tail else []
    wanted = lines[max(0, len(lines) - line_count) :]
    return [line.removesuffix(b"\r").decode() for line in wanted]

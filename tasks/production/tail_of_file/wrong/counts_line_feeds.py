from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    position = binary_file.seek(0, 2)
    if position == 0 or line_count <= 0:
        return []
    data = b""
    while position > 0 and data.count(b"\n") < line_count:
        start = max(0, position - block_size)
        binary_file.seek(start, 0)
        data = binary_file.read(position - start) + data
        position = start
    return [line.decode("utf-8") for line in data.split(b"\n")[-line_count:]]

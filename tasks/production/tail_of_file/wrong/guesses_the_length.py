from typing import Any

AVERAGE_LINE = 100


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    if line_count == 0:
        return []
    size = binary_file.seek(0, 2)
    binary_file.seek(max(0, size - line_count * AVERAGE_LINE), 0)
    data = binary_file.read(line_count * AVERAGE_LINE)
    lines = [line.rstrip(b"\r").decode("utf-8") for line in data.split(b"\n") if line]
    return lines[-line_count:]

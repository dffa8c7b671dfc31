from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    binary_file.seek(0, 2)
    position = binary_file.tell()
    text = ""
    while position > 0 and text.count("\n") <= line_count:
        step = min(block_size, position)
        position -= step
        binary_file.seek(position, 0)
        text = binary_file.read(step).decode("utf-8", errors="replace") + text
    if not text or line_count == 0:
        return []
    lines = text.removesuffix("\n").split("\n")
    return [line.removesuffix("\r") for line in lines[-line_count:]]

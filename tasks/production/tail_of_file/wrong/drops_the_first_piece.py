from typing import Any


def read_last_lines(binary_file: Any, line_count: int, block_size: int = 8192) -> list[str]:
    binary_file.seek(0, 2)
    end = binary_file.tell()
    blocks: list[bytes] = []
    while end > 0:
        begin = max(0, end - block_size)
        binary_file.seek(begin, 0)
        blocks.insert(0, binary_file.read(end - begin))
        end = begin
        if b"".join(blocks).count(b"\n") > line_count:
            break
    pieces = b"".join(blocks).removesuffix(b"\n").split(b"\n")[1:]
    lines = [piece.removesuffix(b"\r").decode("utf-8") for piece in pieces]
    return lines[len(lines) - line_count :] if 0 < line_count < len(lines) else lines if line_count else []

import re

_PATTERN = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?"
)


def _split(version: str):
    match = _PATTERN.fullmatch(version)
    if match is None:
        raise ValueError(f"not a semantic version: {version}")
    numbers = [int(match[index]) for index in (1, 2, 3)]
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in match[4].split(".")] if match[4] else [(2, 0, "")]
    build = match[5] or ""
    return numbers, parts, int(build) if build.isdigit() else 0


def compare_release_versions(first_version: str, second_version: str) -> int:
    first_numbers, first_parts, first_build = _split(first_version)
    second_numbers, second_parts, second_build = _split(second_version)
    for a, b in zip(first_numbers, second_numbers):
        if a != b:
            return a - b
    if first_parts != second_parts:
        return -1 if first_parts < second_parts else 1
    return first_build - second_build

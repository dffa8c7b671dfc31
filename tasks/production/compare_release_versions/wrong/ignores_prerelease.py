import re

_SEMVER = re.compile(
    r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$"
)


def compare_release_versions(first_version: str, second_version: str) -> int:
    keys = []
    for version in (first_version, second_version):
        match = _SEMVER.match(version)
        if not match:
            raise ValueError(f"Invalid version: {version}")
        keys.append(tuple(int(part) for part in match.group(1, 2, 3)))
    if keys[0] == keys[1]:
        return 0
    return -1 if keys[0] < keys[1] else 1

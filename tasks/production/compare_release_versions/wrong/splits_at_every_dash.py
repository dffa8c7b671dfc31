import re

_NUMBER = "(0|[1-9][0-9]*)"
_IDENTIFIER = re.compile(r"[0-9A-Za-z]+")


def _parse(version: str):
    without_build, plus, build = version.partition("+")
    if plus and not build:
        raise ValueError(f"invalid version {version!r}")
    pieces = without_build.split("-")
    core = re.fullmatch(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}", pieces[0])
    if core is None:
        raise ValueError(f"invalid version {version!r}")
    numbers = [int(number) for number in core.groups()]
    if len(pieces) == 1:
        return numbers, 1, []
    identifiers = []
    for identifier in pieces[1].split("."):
        if not _IDENTIFIER.fullmatch(identifier):
            raise ValueError(f"invalid version {version!r}")
        if identifier.isdigit():
            if identifier != "0" and identifier.startswith("0"):
                raise ValueError(f"invalid version {version!r}")
            identifiers.append((0, int(identifier), ""))
        else:
            identifiers.append((1, 0, identifier))
    return numbers, 0, identifiers


def compare_release_versions(first_version: str, second_version: str) -> int:
    first, second = _parse(first_version), _parse(second_version)
    return (first > second) - (first < second)

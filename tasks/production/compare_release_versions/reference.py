import re

_NUMBER = r"(?:0|[1-9][0-9]*)"
_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD_PART = r"[0-9A-Za-z-]+"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_PART}(?:\.{_PART})*))?(?:\+{_BUILD_PART}(?:\.{_BUILD_PART})*)?"
)

_Part = tuple[bool, int, str]


def compare_release_versions(first_version: str, second_version: str) -> int:
    """-1, 0 or 1. Raises ValueError for a text that is no semantic version."""
    first, second = _order_of(first_version), _order_of(second_version)
    return (first > second) - (first < second)


def _order_of(version: str) -> tuple[list[int], bool, list[_Part]]:
    """What versions are ordered by; no pre-release comes after any."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no semantic version")
    *numbers, prerelease = match.groups()
    parts = prerelease.split(".") if prerelease else []
    return [int(number) for number in numbers], not parts, [_order_of_part(part) for part in parts]


def _order_of_part(part: str) -> _Part:
    return (False, int(part), "") if part.isdigit() else (True, 0, part)

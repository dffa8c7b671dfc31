from functools import total_ordering


@total_ordering
class _Identifier:
    def __init__(self, text: str) -> None:
        self.number = int(text) if text.isdigit() else None
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identifier) and (self.number, self.text) == (other.number, other.text)

    def __lt__(self, other: "_Identifier") -> bool:
        if self.number is not None and other.number is not None:
            return self.number < other.number
        if self.number is not None or other.number is not None:
            return self.number is not None
        return self.text < other.text


def _key(version: str) -> tuple:
    core, _, prerelease = version.split("+", 1)[0].partition("-")
    numbers = core.split(".")
    if len(numbers) != 3:
        raise ValueError(f"expected MAJOR.MINOR.PATCH, got {version!r}")
    identifiers = [_Identifier(part) for part in prerelease.split(".")] if prerelease else []
    return [int(number) for number in numbers], not prerelease, identifiers


def compare_release_versions(first_version: str, second_version: str) -> int:
    first, second = _key(first_version), _key(second_version)
    if first == second:
        return 0
    return -1 if first < second else 1

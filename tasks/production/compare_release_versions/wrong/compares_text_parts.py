def compare_release_versions(first_version: str, second_version: str) -> int:
    def parse(version: str) -> tuple:
        version = version.split("+")[0]
        core, _, prerelease = version.partition("-")
        major, minor, patch = (int(number) for number in core.split("."))
        return major, minor, patch, prerelease == "", prerelease

    first, second = parse(first_version), parse(second_version)
    if first < second:
        return -1
    return 1 if first > second else 0

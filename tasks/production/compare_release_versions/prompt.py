def compare_release_versions(first_version: str, second_version: str) -> int:
    """Compare two version numbers by the rules of Semantic Versioning 2.0.0.

    Returns -1 when the first comes before the second, 1 when it comes after it, and 0 when neither does.

    >>> compare_release_versions("1.9.0", "1.10.0")
    -1
    >>> compare_release_versions("2.0.0", "2.0.0")
    0
    >>> compare_release_versions("2.0.1", "2.0.0")
    1
    """

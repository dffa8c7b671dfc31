def parse_duration(duration_text: str) -> int:
    """Convert a duration such as "1h30m" to seconds.

    The units are h, m and s. Upper case and spaces are fine, too.

    >>> parse_duration("1h30m")
    5400
    >>> parse_duration("45s")
    45
    """

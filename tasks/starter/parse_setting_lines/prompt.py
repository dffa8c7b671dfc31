def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    """Read the lines of a settings file, one key=value per line.

    Blank lines and lines that start with # are skipped. Spaces around keys and values do not count.

    >>> parse_setting_lines(["host=localhost", "port = 8080"])
    {'host': 'localhost', 'port': '8080'}
    >>> parse_setting_lines(["# who may log in", "", "user=admin"])
    {'user': 'admin'}
    """

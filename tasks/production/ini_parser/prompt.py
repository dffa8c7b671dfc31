def parse_ini_text(ini_text: str) -> dict[str, dict[str, str]]:
    r"""Parse the text of an INI file into `{section: {key: value}}`.

    Each line is blank, a comment (it begins with "#" or ";"), the name of a section in brackets, or a setting
    `key = value` of the section before it. Spaces at the ends of lines, names, keys and values do not matter. Any
    other line raises ValueError, and so do a setting before the first section and a key that its section has
    already; the message has the number of the line, counted from 1.

    >>> parse_ini_text("[server]\nhost = example.org\nport=8080\n\n# for later\n[paths]\n")
    {'server': {'host': 'example.org', 'port': '8080'}, 'paths': {}}
    >>> parse_ini_text("host = example.org")
    Traceback (most recent call last):
        ...
    ValueError: line 1: the setting belongs to no section
    """

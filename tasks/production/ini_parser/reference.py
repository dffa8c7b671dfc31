def parse_ini_text(ini_text: str) -> dict[str, dict[str, str]]:
    """Line by line; what a line is depends on its first character alone, and on an equals sign."""
    sections: dict[str, dict[str, str]] = {}
    current = None
    for number, line in enumerate(map(str.strip, ini_text.split("\n")), 1):
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            current = sections.setdefault(line[1:-1].strip(), {})
            continue
        key, equals, value = line.partition("=")
        key = key.strip()
        if not equals or not key:
            raise ValueError(f"line {number}: neither a section nor a setting: {line!r}")
        if current is None:
            raise ValueError(f"line {number}: the setting belongs to no section")
        if key in current:
            raise ValueError(f"line {number}: the key {key!r} is given twice")
        current[key] = value.strip()
    return sections

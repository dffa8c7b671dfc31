def parse_ini_text(ini_text: str) -> dict[str, dict[str, str]]:
    result: dict[str, dict[str, str]] = {}
    section = None
    for line_number, raw_line in enumerate(ini_text.splitlines(), start=1):
        line = raw_line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            if not line.endswith("]"):
                raise ValueError(f"line {line_number}: missing closing bracket")
            section = line[1:-1].strip()
            result.setdefault(section, {})
            continue
        parts = line.split("=")
        if len(parts) != 2:
            raise ValueError(f"line {line_number}: expected 'key = value'")
        if section is None:
            raise ValueError(f"line {line_number}: setting outside of a section")
        key, value = parts[0].strip(), parts[1].strip()
        if key in result[section]:
            raise ValueError(f"line {line_number}: duplicate key {key!r}")
        result[section][key] = value
    return result

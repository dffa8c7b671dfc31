def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    result = {}
    for line in setting_lines:
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        parts = line.split("=")
        if len(parts) < 2:
            raise ValueError(f"Invalid line: {line!r}")
        result[parts[0].strip()] = parts[1].strip()
    return result

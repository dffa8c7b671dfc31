def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    """Read the lines of a settings file, one key=value per line."""
    settings: dict[str, str] = {}
    for line_number, line in enumerate(setting_lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"line {line_number}: expected key=value, got {text!r}")
        settings[key.strip()] = value.strip()
    return settings

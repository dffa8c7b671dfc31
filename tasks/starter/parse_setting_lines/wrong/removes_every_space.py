def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    settings = {}
    for line in setting_lines:
        line = line.replace(" ", "").strip()
        if not line or line.startswith("#"):
            continue
        key, separator, value = line.partition("=")
        if not separator:
            raise ValueError(f"not a setting: {line!r}")
        settings[key] = value
    return settings

def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    result = {}
    for line in setting_lines:
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        key, value = line.split("=", 1)
        result[key.strip()] = value.strip()
    return result

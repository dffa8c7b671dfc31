def parse_setting_lines(setting_lines: list[str]) -> dict[str, str]:
    result = {}
    for line in setting_lines:
        line = line.strip()
        if line.startswith("#"):
            continue
        key, _, value = (piece.strip() for piece in line.partition("="))
        if key and value:
            result[key] = value
    return result

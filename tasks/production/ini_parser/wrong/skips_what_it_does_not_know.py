def parse_ini_text(ini_text: str) -> dict[str, dict[str, str]]:
    config: dict[str, dict[str, str]] = {}
    section = ""
    for number, line in enumerate(ini_text.splitlines(), 1):
        line = line.strip()
        if line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
            config[section] = {}
        elif "=" in line:
            key, _, value = line.partition("=")
            if not section:
                if key.startswith(";"):
                    continue
                raise ValueError(f"line {number}: no section")
            if value.strip():
                config[section][key.strip()] = value.strip()
    return config

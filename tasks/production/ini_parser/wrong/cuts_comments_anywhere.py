import re


def parse_ini_text(ini_text: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    current = None
    for number, line in enumerate(ini_text.splitlines(), 1):
        line = re.split(r"[#;]", line, maxsplit=1)[0].strip()
        if not line:
            continue
        if match := re.fullmatch(r"\[([^\]]*)\]", line):
            current = sections.setdefault(match[1].strip(), {})
        elif match := re.fullmatch(r"([^=\[]+)=(.*)", line):
            if current is None:
                raise ValueError(f"line {number}: no section")
            key = match[1].strip()
            if key in current:
                raise ValueError(f"line {number}: {key} is defined twice")
            current[key] = match[2].strip()
        else:
            raise ValueError(f"line {number}: cannot parse {line!r}")
    return sections

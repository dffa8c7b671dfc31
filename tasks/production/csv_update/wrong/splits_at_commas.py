def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    lines = csv_text.lstrip("\ufeff").splitlines()
    header = lines[0].split(",")
    for name in (key_column, *changed_fields):
        if name not in header:
            raise KeyError(name)
    key_index = header.index(key_column)
    found = False
    for i, line in enumerate(lines[1:], start=1):
        fields = line.split(",")
        if fields[key_index] == key_value:
            found = True
            for name, value in changed_fields.items():
                fields[header.index(name)] = value
            lines[i] = ",".join(fields)
    if not found:
        raise KeyError(key_value)
    return "\r\n".join(lines) + "\r\n"

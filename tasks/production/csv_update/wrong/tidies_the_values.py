import csv
import io


def _clean(value):
    value = value.strip()
    return int(value) if value.isdigit() else value


def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    rows = list(csv.reader(io.StringIO(csv_text.lstrip("\ufeff"), newline="")))
    header, data = rows[0], [[_clean(value) for value in row] for row in rows[1:]]
    index = {name: number for number, name in enumerate(header)}
    row = next((row for row in data if str(row[index[key_column]]) == key_value), None)
    if row is None:
        raise KeyError(f"{key_column} = {key_value}")
    for name, value in changed_fields.items():
        row[index[name]] = value
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows(data)
    return buffer.getvalue()

import csv
import io


def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    reader = csv.reader(io.StringIO(csv_text.removeprefix("\ufeff"), newline=""))
    header = next(reader)
    unknown = {key_column, *changed_fields} - set(header)
    if unknown:
        raise KeyError(f"unknown columns: {sorted(unknown)}")
    updated, found = [], False
    for row in reader:
        if key_value in row:
            found = True
            row = [changed_fields.get(name, value) for name, value in zip(header, row)]
        updated.append(row)
    if not found:
        raise KeyError(key_value)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header] + updated)
    return out.getvalue()

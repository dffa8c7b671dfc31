import csv
import io


def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    reader = csv.DictReader(csv_text.removeprefix("\ufeff").splitlines())
    rows = list(reader)
    columns = list(reader.fieldnames or [])
    missing = [name for name in (key_column, *changed_fields) if name not in columns]
    if missing:
        raise KeyError(missing[0])
    for row in rows:
        if row[key_column] == key_value:
            row.update(changed_fields)
            break
    else:
        raise KeyError(key_value)
    output = io.StringIO()
    writer = csv.DictWriter(output, fieldnames=columns)
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()

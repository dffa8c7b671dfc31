import csv
import io


def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    reader = csv.DictReader(io.StringIO(csv_text, newline=""))
    output = io.StringIO(newline="")
    writer = csv.DictWriter(output, fieldnames=reader.fieldnames, extrasaction="ignore")
    writer.writeheader()
    for row in reader:
        if row.get(key_column) == key_value:
            row.update(changed_fields)
        writer.writerow(row)
    return output.getvalue()

import csv
import io


def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    """Read all rows with the csv module, change one, write all. Raises KeyError for names that are not there."""
    source = io.StringIO(csv_text.removeprefix("\ufeff"), newline="")  # line breaks in fields stay as they are
    header, *rows = csv.reader(source)
    places = {name: place for place, name in enumerate(header)}
    matching = [row for row in rows if row and row[places[key_column]] == key_value]
    if not matching:
        raise KeyError(f"no row has {key_value!r} in {key_column!r}")
    for name, value in changed_fields.items():
        matching[0][places[name]] = value
    target = io.StringIO(newline="")
    csv.writer(target).writerows([header, *rows])
    return target.getvalue()

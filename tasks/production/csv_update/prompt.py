def update_csv_row(csv_text: str, key_column: str, key_value: str, changed_fields: dict[str, str]) -> str:
    r"""Change fields of one row of a CSV file and return the new text.

    The first row has the column names. The row to change is the one that has `key_value` in `key_column`; no other
    row has it there. `changed_fields` are new values by column name. The result is CSV as in RFC 4180, with lines
    that end in "\r\n"; the text given may end its lines with "\n" as well. A key or a column that is not there raises
    KeyError.

    >>> table = "id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n"
    >>> print(update_csv_row(table, "id", "2", {"city": "Bergen"}).replace("\r\n", "\n"), end="")
    id,name,city
    1,Ann,Rome
    2,Bo,Bergen
    """

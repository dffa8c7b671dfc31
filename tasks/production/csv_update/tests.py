import csv
import io

import pytest
from solution import update_csv_row

TABLE = "id,name,city\r\n1,Ann,Rome\r\n2,Bo,Oslo\r\n3,Cy,2\r\n"


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.requirement("changes-that-row-only")
@pytest.mark.example
def test_one_field():
    table = "id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n"
    updated = update_csv_row(table, "id", "2", {"city": "Bergen"})
    assert updated == "id,name,city\r\n1,Ann,Rome\r\n2,Bo,Bergen\r\n"


@pytest.mark.requirement("changes-that-row-only")
def test_key_in_another_column_is_no_match():
    updated = update_csv_row(TABLE, "id", "2", {"name": "Bob", "city": "Bergen"})
    assert rows(updated) == [["id", "name", "city"], ["1", "Ann", "Rome"], ["2", "Bob", "Bergen"], ["3", "Cy", "2"]]


@pytest.mark.requirement("changes-that-row-only")
def test_key_column_in_the_middle():
    updated = update_csv_row(TABLE, "name", "Ann", {"id": "9"})
    assert updated == "id,name,city\r\n9,Ann,Rome\r\n2,Bo,Oslo\r\n3,Cy,2\r\n"


@pytest.mark.requirement("changes-that-row-only")
def test_last_line_without_an_end():
    updated = update_csv_row("id,n\r\n1,a\r\n2,b", "id", "1", {"n": "c"})
    assert updated == "id,n\r\n1,c\r\n2,b\r\n"


@pytest.mark.requirement("unknown-names-raise")
def test_no_row_has_the_key():
    with pytest.raises(KeyError):
        update_csv_row(TABLE, "id", "7", {"city": "Bergen"})


@pytest.mark.requirement("unknown-names-raise")
def test_column_to_change_is_not_there():
    with pytest.raises(KeyError):
        update_csv_row(TABLE, "id", "2", {"town": "Bergen"})


@pytest.mark.requirement("unknown-names-raise")
def test_key_column_is_not_there():
    with pytest.raises(KeyError):
        update_csv_row(TABLE, "number", "2", {"city": "Bergen"})


@pytest.mark.requirement("quoted-fields-survive")
def test_commas_and_quotes_in_other_fields():
    table = 'id,name,note\r\n1,"Doe, Ann","said ""no"""\r\n2,Bo,-\r\n'
    updated = update_csv_row(table, "id", "2", {"note": "+"})
    assert rows(updated) == [["id", "name", "note"], ["1", "Doe, Ann", 'said "no"'], ["2", "Bo", "+"]]


@pytest.mark.requirement("quoted-fields-survive")
def test_line_breaks_in_other_fields():
    table = 'id,address,n\r\n1,"Main St 1\n\nRome",a\r\n2,"x\r\ny",b\r\n'
    updated = update_csv_row(table, "id", "2", {"n": "c"})
    assert rows(updated) == [["id", "address", "n"], ["1", "Main St 1\n\nRome", "a"], ["2", "x\r\ny", "c"]]


@pytest.mark.requirement("quotes-new-values")
def test_new_value_with_comma_quote_and_break():
    for value in ("Oslo, Norway", 'the "new" one', "two\nlines"):
        updated = update_csv_row(TABLE, "id", "1", {"city": value})
        assert rows(updated)[1] == ["1", "Ann", value]


@pytest.mark.requirement("values-stay-text")
def test_leading_zeros_and_signs():
    table = "id,zip,phone,amount\r\n1,00712,+4912,1.50\r\n2,0,0,0\r\n"
    updated = update_csv_row(table, "id", "2", {"zip": "01067"})
    assert rows(updated)[1:] == [["1", "00712", "+4912", "1.50"], ["2", "01067", "0", "0"]]


@pytest.mark.requirement("values-stay-text")
def test_spaces_at_the_ends():
    table = "id,pad,n\r\n1,  wide ,a\r\n2,x,b\r\n"
    updated = update_csv_row(table, "id", "2", {"n": " c"})
    assert rows(updated)[1:] == [["1", "  wide ", "a"], ["2", "x", " c"]]


@pytest.mark.requirement("skips-byte-order-mark")
def test_file_saved_by_a_spreadsheet():
    updated = update_csv_row("\ufeffid,city\r\n1,Rome\r\n", "id", "1", {"city": "Pisa"})
    assert updated.removeprefix("\ufeff") == "id,city\r\n1,Pisa\r\n"

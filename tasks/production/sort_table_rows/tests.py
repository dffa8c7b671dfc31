from datetime import date

import pytest
from solution import sort_table_rows


def names(rows, columns):
    return [row["name"] for row in sort_table_rows(rows, columns)]


def rows(*pairs, column="v"):
    return [{"name": name, column: value} for name, value in pairs]


FRUIT = [{"name": "kiwi", "price": 3}, {"name": "pear", "price": 5}, {"name": "fig", "price": 3}]


@pytest.mark.requirement("several-columns")
@pytest.mark.example
def test_price_and_name():
    assert names(FRUIT, ["price", "name"]) == ["fig", "kiwi", "pear"]


@pytest.mark.requirement("descending")
@pytest.mark.example
def test_price_from_high_to_low():
    assert names(FRUIT[:2], ["-price"]) == ["pear", "kiwi"]


@pytest.mark.requirement("several-columns")
def test_first_column_decides():
    table = [{"name": "a", "x": 2, "y": 1}, {"name": "b", "x": 1, "y": 2}, {"name": "c", "x": 1, "y": 1}]
    assert names(table, ["x", "y"]) == ["c", "b", "a"]


@pytest.mark.requirement("several-columns")
def test_three_columns():
    table = [{"name": f"{x}{y}{z}", "x": x, "y": y, "z": z} for x in (1, 0) for y in (0, 1) for z in (1, 0)]
    assert names(table, ["x", "y", "z"]) == ["000", "001", "010", "011", "100", "101", "110", "111"]


@pytest.mark.requirement("descending")
def test_texts_from_z_to_a():
    assert names(rows(("1", "fig"), ("2", "pear"), ("3", "apple")), ["-v"]) == ["2", "1", "3"]


@pytest.mark.requirement("descending")
def test_dates_from_new_to_old():
    table = rows(("old", date(2023, 5, 1)), ("new", date(2024, 2, 29)), ("older", date(1999, 12, 31)))
    assert names(table, ["-v"]) == ["new", "old", "older"]


@pytest.mark.requirement("descending")
def test_only_one_column_is_descending():
    table = [{"name": "a", "x": 1, "y": 1}, {"name": "b", "x": 2, "y": 2}, {"name": "c", "x": 2, "y": 1}]
    assert names(table, ["-x", "y"]) == ["c", "b", "a"]


@pytest.mark.requirement("missing-last")
def test_missing_upwards():
    assert names([{"name": "a"}, {"name": "b", "v": 7}, {"name": "c", "v": -7}], ["v"]) == ["c", "b", "a"]


@pytest.mark.requirement("missing-last")
def test_missing_downwards():
    assert names([{"name": "a"}, {"name": "b", "v": -7}, {"name": "c", "v": 7}], ["-v"]) == ["c", "b", "a"]


@pytest.mark.requirement("missing-last")
def test_none_downwards():
    assert names(rows(("1", None), ("2", -5), ("3", 5)), ["-v"]) == ["3", "2", "1"]


@pytest.mark.requirement("missing-last")
def test_missing_texts():
    assert names(rows(("1", None), ("2", "b"), ("3", "a")), ["v"]) == ["3", "2", "1"]


@pytest.mark.requirement("missing-last")
def test_false_values_are_there():
    assert names(rows(("1", None), ("2", 5), ("3", 0)), ["v"]) == ["3", "2", "1"]


@pytest.mark.requirement("keeps-order-of-equals")
def test_equals_upwards():
    assert names(rows(("first", 1), ("second", 0), ("third", 1)), ["v"]) == ["second", "first", "third"]


@pytest.mark.requirement("keeps-order-of-equals")
def test_equals_downwards():
    assert names(rows(("first", 1), ("second", 2), ("third", 1)), ["-v"]) == ["second", "first", "third"]


@pytest.mark.requirement("rows-stay")
def test_table_keeps_its_order():
    table = rows(("1", 3), ("2", 1), ("3", 2))
    sort_table_rows(table, ["v"])
    assert [row["name"] for row in table] == ["1", "2", "3"]


@pytest.mark.requirement("no-columns")
def test_without_columns():
    assert names(rows(("1", 3), ("2", 1)), []) == ["1", "2"]

import pytest
from solution import pd, sales_by_month


def table(rows):
    return pd.DataFrame(rows)


def rows_of(frame):
    rows = frame.to_dict("records")
    return [{name: None if cell != cell else cell for name, cell in row.items()} for row in rows]


def by_month(*sales):
    names = ("month", "product", "amount")
    return rows_of(sales_by_month(table([dict(zip(names, sale, strict=True)) for sale in sales])))


def by_name(rows):
    return {row["month"]: {name: amount for name, amount in row.items() if name != "month"} for row in rows}


@pytest.mark.requirement("cells-add-up")
@pytest.mark.example
def test_two_months():
    found = by_month(("2024-01", "pen", 2), ("2024-01", "ink", 5), ("2024-02", "ink", 4), ("2024-02", "pen", 3))
    assert found == [{"month": "2024-01", "pen": 2, "ink": 5}, {"month": "2024-02", "pen": 3, "ink": 4}]


@pytest.mark.requirement("cells-add-up")
def test_several_sales_in_one_cell():
    found = by_month(("2024-01", "pen", 2), ("2024-01", "ink", 5), ("2024-01", "pen", 4), ("2024-01", "pen", 1))
    assert by_name(found) == {"2024-01": {"pen": 7, "ink": 5}}


@pytest.mark.requirement("cells-add-up")
def test_returns_are_taken_off():
    assert by_name(by_month(("2024-01", "pen", 6), ("2024-01", "pen", -2))) == {"2024-01": {"pen": 4}}


@pytest.mark.requirement("zero-where-none")
def test_a_product_that_was_not_sold():
    found = by_name(by_month(("2024-01", "pen", 2), ("2024-02", "ink", 4)))
    assert found == {"2024-01": {"pen": 2, "ink": 0}, "2024-02": {"pen": 0, "ink": 4}}


@pytest.mark.requirement("months-in-order")
def test_months_that_come_in_another_order():
    found = by_month(("2024-03", "pen", 1), ("2023-12", "pen", 2), ("2024-01", "pen", 3))
    assert [row["month"] for row in found] == ["2023-12", "2024-01", "2024-03"]


@pytest.mark.requirement("months-in-order")
def test_scattered_sales_of_a_month():
    found = by_month(("2024-02", "pen", 1), ("2024-01", "pen", 2), ("2024-02", "pen", 3))
    assert [row["month"] for row in found] == ["2024-01", "2024-02"]


@pytest.mark.requirement("whole-numbers")
def test_whole_numbers_stay_whole():
    rows = by_month(("2024-01", "pen", 2), ("2024-02", "ink", 4), ("2024-02", "pen", 1))
    kinds = {type(amount) for row in rows for name, amount in row.items() if name != "month"}
    assert kinds - {type(None)} == {int}

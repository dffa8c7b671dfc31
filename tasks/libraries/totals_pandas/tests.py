import pytest
from solution import pd, total_by_region


def table(rows):
    return pd.DataFrame(rows)


def rows_of(frame):
    rows = frame.to_dict("records")
    return [{name: None if cell != cell else cell for name, cell in row.items()} for row in rows]


def orders(*pairs):
    return table([{"region": region, "amount": amount} for region, amount in pairs])


def totals(*pairs):
    rows = rows_of(total_by_region(orders(*pairs)))
    return [(row["region"], row["total"], row["orders"]) for row in rows]


@pytest.mark.requirement("totals")
@pytest.mark.example
def test_two_regions():
    assert totals(("north", 5), ("south", 7), ("north", 4)) == [("north", 9, 2), ("south", 7, 1)]


@pytest.mark.requirement("totals")
def test_regions_that_are_not_side_by_side():
    found = totals(("east", 1), ("west", 10), ("east", 2), ("north", 30), ("west", 20), ("east", 3))
    assert sorted(found) == [("east", 6, 3), ("north", 30, 1), ("west", 30, 2)]


@pytest.mark.requirement("totals")
def test_refunds():
    assert sorted(totals(("east", 8), ("east", -3), ("west", 1))) == [("east", 5, 2), ("west", 1, 1)]


@pytest.mark.requirement("largest-first")
def test_the_largest_comes_first():
    assert [row[0] for row in totals(("a", 1), ("b", 30), ("c", 2))] == ["b", "c", "a"]


@pytest.mark.requirement("largest-first")
def test_equal_totals_by_name():
    assert [row[0] for row in totals(("west", 3), ("north", 8), ("east", 3), ("mid", 3))] == [
        "north",
        "east",
        "mid",
        "west",
    ]


@pytest.mark.requirement("blank-amount")
def test_an_order_without_amount_counts():
    found = totals(("east", None), ("east", 2), ("west", 5))
    assert sorted(found) == [("east", 2, 2), ("west", 5, 1)]


@pytest.mark.requirement("blank-amount")
def test_a_region_with_no_amount_at_all():
    assert sorted(totals(("east", None), ("west", 5))) == [("east", 0, 1), ("west", 5, 1)]


@pytest.mark.requirement("orders-without-region")
def test_orders_without_region_are_totalled():
    found = totals((None, 4), ("east", 9), (None, 2))
    assert (None, 6, 2) in found and ("east", 9, 1) in found

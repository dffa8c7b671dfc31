import pytest
from solution import add_customer_names, etl


def table(rows):
    return etl.fromdicts(rows, header=list(rows[0]))


def rows_of(view):
    return list(etl.dicts(view))


def named(orders, customers):
    order_table = table([{"order": order, "customer": customer} for order, customer in orders])
    customer_table = table([{"customer": customer, "name": name} for customer, name in customers])
    return [(row["order"], row["name"]) for row in rows_of(add_customer_names(order_table, customer_table))]


@pytest.mark.requirement("finds-names")
@pytest.mark.example
def test_two_orders():
    assert named([(1, "c1"), (2, "c2")], [("c1", "Ada"), ("c2", "Bo")]) == [(1, "Ada"), (2, "Bo")]


@pytest.mark.requirement("finds-names")
def test_customers_in_another_order():
    found = named([(1, "c1"), (2, "c2"), (3, "c3")], [("c3", "Cy"), ("c1", "Ada"), ("c2", "Bo")])
    assert sorted(found) == [(1, "Ada"), (2, "Bo"), (3, "Cy")]


@pytest.mark.requirement("finds-names")
def test_numbers_that_differ_in_case():
    assert sorted(named([(1, "c1"), (2, "C1")], [("c1", "Ada"), ("C1", "Bo")])) == [(1, "Ada"), (2, "Bo")]


@pytest.mark.requirement("unknown-customer")
def test_a_customer_that_is_not_listed():
    assert (2, "unknown") in named([(1, "c1"), (2, "c9")], [("c1", "Ada")])


@pytest.mark.requirement("unknown-customer")
def test_no_customer_is_listed_that_has_ordered():
    assert sorted(named([(1, "c8"), (2, "c9")], [("c1", "Ada")])) == [(1, "unknown"), (2, "unknown")]


@pytest.mark.requirement("first-entry")
def test_the_first_entry_counts():
    found = dict(reversed(named([(1, "c1"), (2, "c2")], [("c1", "Ada"), ("c2", "Bo"), ("c1", "Ada Old")])))
    assert found == {1: "Ada", 2: "Bo"}


@pytest.mark.requirement("one-row-per-order")
def test_a_customer_listed_twice_does_not_double_orders():
    found = named([(1, "c1"), (2, "c1")], [("c1", "Ada"), ("c1", "Ada Old")])
    assert [order for order, _ in found] == [1, 2]


@pytest.mark.requirement("one-row-per-order")
def test_orders_stay_in_their_order():
    found = named([(3, "c2"), (1, "c3"), (2, "c1")], [("c1", "Ada"), ("c2", "Bo"), ("c3", "Cy")])
    assert [order for order, _ in found] == [3, 1, 2]

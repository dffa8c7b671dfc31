import petl as etl


def add_customer_names(orders: etl.Table, customers: etl.Table) -> etl.Table:
    """Return the orders with the name of their customer, with the columns order, customer and name.

    Both are tables of petl: orders with the fields order and customer (a number such as "c1"), customers with customer
    and name. An order whose customer is not listed gets the name "unknown". Where a customer is listed twice, the
    first entry counts.

    >>> orders = etl.fromdicts([{"order": 1, "customer": "c1"}, {"order": 2, "customer": "c2"}])
    >>> customers = etl.fromdicts([{"customer": "c1", "name": "Ada"}, {"customer": "c2", "name": "Bo"}])
    >>> list(etl.data(add_customer_names(orders, customers)))
    [(1, 'c1', 'Ada'), (2, 'c2', 'Bo')]
    """

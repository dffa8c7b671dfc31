from rowmill import Sheet


def add_customer_names(orders: Sheet, customers: Sheet) -> Sheet:
    """Return the orders with the name of their customer, with the columns order, customer and name.

    Both are sheets of rowmill: orders with the columns order and customer (a number such as "c1"), customers with
    customer and name. An order whose customer is not listed gets the name "unknown". Where a customer is listed
    twice, the first entry counts.

    >>> orders = Sheet.of([{"order": 1, "customer": "c1"}, {"order": 2, "customer": "c2"}])
    >>> customers = Sheet.of([{"customer": "c1", "name": "Ada"}, {"customer": "c2", "name": "Bo"}])
    >>> [row["name"] for row in add_customer_names(orders, customers).records()]
    ['Ada', 'Bo']
    """

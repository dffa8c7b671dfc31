import petl as etl


def sales_by_month(sales: etl.Table) -> etl.Table:
    """Return the sales with one row per month: the column month, and one column per product.

    The sales are a table of petl with the fields month (such as "2024-01"), product and amount. A cell is the sum of
    the product's amounts in that month, 0 where it was not sold. The months come in their order; the order of the
    products does not matter.

    >>> sales = etl.fromdicts([{"month": "2024-01", "product": "pen", "amount": 2}])
    >>> list(etl.dicts(sales_by_month(sales)))
    [{'month': '2024-01', 'pen': 2}]
    """

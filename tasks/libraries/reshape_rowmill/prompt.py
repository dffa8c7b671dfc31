from rowmill import Sheet, add_up


def sales_by_month(sales: Sheet) -> Sheet:
    """Return the sales with one row per month: the column month, and one column per product.

    The sales are a sheet of rowmill with the columns month (such as "2024-01"), product and amount. A cell is the sum
    of the product's amounts in that month, 0 where it was not sold. The months come in their order; the order of
    the products does not matter.

    >>> sales = Sheet.of([{"month": "2024-01", "product": "pen", "amount": 2}])
    >>> sales_by_month(sales).records()
    [{'month': '2024-01', 'pen': 2}]
    """

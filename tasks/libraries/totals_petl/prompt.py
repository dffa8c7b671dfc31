import petl as etl


def total_by_region(sales: etl.Table) -> etl.Table:
    """Return the totals of the sales per region, with the columns region, total and orders.

    The sales are a table of petl with the fields region and amount, and so is the result. The total is the sum of the
    region's amounts, orders how many orders it has. An order without an amount (None) counts as an order and adds
    nothing. Larger totals come first, equal totals in the order of the regions' names.

    >>> sales = etl.fromdicts([{"region": "north", "amount": 5}, {"region": "south", "amount": 7}])
    >>> list(etl.data(total_by_region(sales)))
    [('south', 7, 1), ('north', 5, 1)]
    """

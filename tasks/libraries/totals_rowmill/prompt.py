from rowmill import Sheet, add_up, tally


def total_by_region(sales: Sheet) -> Sheet:
    """Return the totals of the sales per region, with the columns region, total and orders.

    The sales are a sheet of rowmill with the columns region and amount, and so is the result. The total is the sum of
    the region's amounts, orders how many orders it has. An order without an amount (None) counts as an order and
    adds nothing. Larger totals come first, equal totals in the order of the regions' names.

    >>> sales = Sheet.of([{"region": "north", "amount": 5}, {"region": "south", "amount": 7}])
    >>> total_by_region(sales).records()
    [{'region': 'south', 'total': 7, 'orders': 1}, {'region': 'north', 'total': 5, 'orders': 1}]
    """

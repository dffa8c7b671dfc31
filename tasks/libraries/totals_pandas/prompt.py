import pandas as pd


def total_by_region(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of the sales per region, with the columns region, total and orders.

    The sales are a data frame of pandas with the columns region and amount. The total is the sum of the region's
    amounts, orders how many orders it has. An order without an amount (None) counts as an order and adds nothing.
    Larger totals come first, equal totals in the order of the regions' names.

    >>> sales = pd.DataFrame({"region": ["north", "south", "north"], "amount": [5, 7, 4]})
    >>> total_by_region(sales).values.tolist()
    [['north', 9, 2], ['south', 7, 1]]
    """

import pandas as pd


def sales_by_month(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the sales with one row per month: the column month, and one column per product.

    The sales are a data frame of pandas with the columns month (such as "2024-01"), product and amount. A cell is the
    sum of the product's amounts in that month, 0 where it was not sold. The months come in their order; the order
    of the products does not matter.

    >>> sales = pd.DataFrame({"month": ["2024-01", "2024-01"], "product": ["pen", "ink"], "amount": [2, 5]})
    >>> sales_by_month(sales)[["month", "pen", "ink"]].values.tolist()
    [['2024-01', 2, 5]]
    """

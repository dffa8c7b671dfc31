import pandas as pd


def add_customer_names(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with the name of their customer, with the columns order, customer and name.

    Both are data frames of pandas: orders with the columns order and customer (a number such as "c1"), customers with
    customer and name. An order whose customer is not listed gets the name "unknown". Where a customer is listed
    twice, the first entry counts.

    >>> orders = pd.DataFrame({"order": [1, 2], "customer": ["c1", "c2"]})
    >>> customers = pd.DataFrame({"customer": ["c1", "c2"], "name": ["Ada", "Bo"]})
    >>> add_customer_names(orders, customers).values.tolist()
    [[1, 'c1', 'Ada'], [2, 'c2', 'Bo']]
    """

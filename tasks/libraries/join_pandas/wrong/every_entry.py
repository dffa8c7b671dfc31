import pandas as pd


def add_customer_names(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    joined = orders.merge(customers, on="customer", how="left")
    joined["name"] = joined["name"].fillna("unknown")
    return joined

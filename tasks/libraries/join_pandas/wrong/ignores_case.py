import pandas as pd


def add_customer_names(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    orders = orders.assign(customer=orders["customer"].str.lower())
    customers = customers.assign(customer=customers["customer"].str.lower())
    first_entries = customers.drop_duplicates("customer")
    joined = orders.merge(first_entries, on="customer", how="left")
    joined["name"] = joined["name"].fillna("unknown")
    return joined

import pandas as pd


def sales_by_month(sales: pd.DataFrame) -> pd.DataFrame:
    table = sales.pivot_table(index="month", columns="product", values="amount", fill_value=0)
    return table.round().astype(int).sort_index().reset_index()

import pandas as pd


def sales_by_month(sales: pd.DataFrame) -> pd.DataFrame:
    cells = sales.groupby(["month", "product"])["amount"].sum()
    return cells.unstack(fill_value=0).reindex(sales["month"].unique()).reset_index()

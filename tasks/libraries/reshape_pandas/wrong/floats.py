import pandas as pd


def sales_by_month(sales: pd.DataFrame) -> pd.DataFrame:
    cells = sales.groupby(["month", "product"])["amount"].sum()
    return cells.unstack().fillna(0).sort_index().reset_index()

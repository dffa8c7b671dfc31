import pandas as pd


def sales_by_month(sales: pd.DataFrame) -> pd.DataFrame:
    cells = sales.groupby(["month", "product"])["amount"].sum()
    return cells.unstack().sort_index().astype("Int64").astype(object).where(lambda table: table.notna(), None).reset_index()

import pandas as pd


def total_by_region(sales: pd.DataFrame) -> pd.DataFrame:
    bunches = sales.groupby("region", dropna=False)["amount"]
    totals = bunches.agg(total="sum", orders="size").reset_index()
    return totals.sort_values(["total", "region"], ascending=[False, True], ignore_index=True)

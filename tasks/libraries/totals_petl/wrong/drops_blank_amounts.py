import petl as etl


def total_by_region(sales: etl.Table) -> etl.Table:
    filled = etl.selectnotnone(sales, "amount")
    totals = etl.aggregate(filled, "region", {"total": ("amount", sum), "orders": len})
    by_name = etl.sort(totals, "region")
    return etl.sort(by_name, "total", reverse=True)

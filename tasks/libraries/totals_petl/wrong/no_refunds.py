import petl as etl


def total_by_region(sales: etl.Table) -> etl.Table:
    filled = etl.convert(sales, "amount", lambda amount: amount or 0)
    filled = etl.select(filled, lambda order: order["amount"] >= 0)
    totals = etl.aggregate(filled, "region", {"total": ("amount", sum), "orders": len})
    by_name = etl.sort(totals, "region")
    return etl.sort(by_name, "total", reverse=True)

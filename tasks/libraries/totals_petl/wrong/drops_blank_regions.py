import petl as etl


def total_by_region(sales: etl.Table) -> etl.Table:
    filled = etl.convert(etl.selectnotnone(sales, "region"), "amount", lambda amount: amount or 0)
    totals = etl.aggregate(filled, "region", {"total": ("amount", sum), "orders": len})
    by_name = etl.sort(totals, "region")
    return etl.sort(by_name, "total", reverse=True)

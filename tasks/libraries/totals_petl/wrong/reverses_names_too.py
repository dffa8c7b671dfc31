import petl as etl


def total_by_region(sales: etl.Table) -> etl.Table:
    filled = etl.convert(sales, "amount", lambda amount: amount or 0)
    totals = etl.aggregate(filled, "region", {"total": ("amount", sum), "orders": len})
    return etl.sort(totals, ("total", "region"), reverse=True)

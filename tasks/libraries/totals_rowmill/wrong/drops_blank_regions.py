from rowmill import Sheet, add_up, tally


def total_by_region(sales: Sheet) -> Sheet:
    totals = sales.bunch("region").fold(total=add_up("amount"), orders=tally())
    return totals.ranked("region").ranked("total", falling=True)

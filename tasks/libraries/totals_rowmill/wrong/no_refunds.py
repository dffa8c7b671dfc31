from rowmill import Sheet, add_up, tally


def total_by_region(sales: Sheet) -> Sheet:
    totals = sales.sift(lambda order: (order["amount"] or 0) >= 0).bunch("region", blanks=True).fold(total=add_up("amount"), orders=tally())
    return totals.ranked("region").ranked("total", falling=True)

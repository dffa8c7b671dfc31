from rowmill import Sheet, add_up


def sales_by_month(sales: Sheet) -> Sheet:
    table = sales.spread(down="month", across="product", cell=lambda rows: rows[-1]["amount"], absent=0)
    return table.ranked("month")

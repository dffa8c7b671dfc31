import petl as etl


def sales_by_month(sales: etl.Table) -> etl.Table:
    reducers = dict.fromkeys(etl.values(sales, "product"), sum)
    table = etl.recast(
        sales, key="month", variablefield="product", valuefield="amount", reducers=reducers
    )
    return etl.sort(table, "month")

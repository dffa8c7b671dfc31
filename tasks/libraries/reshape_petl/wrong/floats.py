import petl as etl


def sales_by_month(sales: etl.Table) -> etl.Table:
    sales = etl.convert(sales, "amount", float)
    reducers = dict.fromkeys(etl.values(sales, "product"), sum)
    table = etl.recast(
        sales, key="month", variablefield="product", valuefield="amount", reducers=reducers, missing=0
    )
    return etl.sort(table, "month")

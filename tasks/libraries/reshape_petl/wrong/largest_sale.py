import petl as etl


def sales_by_month(sales: etl.Table) -> etl.Table:
    table = etl.recast(
        sales, key="month", variablefield="product", valuefield="amount", missing=0
    )
    return etl.sort(table, "month")

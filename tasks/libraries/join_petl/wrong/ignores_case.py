import petl as etl


def add_customer_names(orders: etl.Table, customers: etl.Table) -> etl.Table:
    orders, customers = (etl.convert(table, "customer", "lower") for table in (orders, customers))
    names = etl.lookupone(customers, "customer", "name", strict=False)
    return etl.addfield(orders, "name", lambda order: names.get(order["customer"], "unknown"))

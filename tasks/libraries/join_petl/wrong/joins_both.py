import petl as etl


def add_customer_names(orders: etl.Table, customers: etl.Table) -> etl.Table:
    names = etl.lookupone(customers, "customer", "name", strict=False)
    orders = etl.selectin(orders, "customer", list(names))
    return etl.addfield(orders, "name", lambda order: names.get(order["customer"], "unknown"))

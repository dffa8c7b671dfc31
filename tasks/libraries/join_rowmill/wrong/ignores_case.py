from rowmill import Sheet


def add_customer_names(orders: Sheet, customers: Sheet) -> Sheet:
    orders, customers = (
        table.derive(customer=lambda row: row["customer"].lower()) for table in (orders, customers)
    )
    return orders.graft(customers, on="customer", take="first", absent="unknown")

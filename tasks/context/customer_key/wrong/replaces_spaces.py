def customer_key(customer_name: str) -> str:
    return customer_name.lower().replace(" ", "-")[:20].rstrip("-")

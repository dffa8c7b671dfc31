def customer_key(customer_name: str) -> str:
    return "-".join(customer_name.lower().split())[:20]

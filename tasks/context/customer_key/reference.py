def customer_key(customer_name: str) -> str:
    """The words in lower case, joined by hyphens, 20 characters at most and no hyphen at the end."""
    return "-".join(customer_name.lower().split())[:20].rstrip("-")

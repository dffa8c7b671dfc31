def customer_key(customer_name: str) -> str:
    words = [word[:1].lower() + word[1:] for word in customer_name.split()]
    return "-".join(words)[:20].rstrip("-")

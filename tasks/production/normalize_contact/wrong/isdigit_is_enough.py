def normalize_contact(contact_text: str, country_code: str) -> str:
    text = contact_text.strip()
    if "@" in text:
        local, _, domain = text.rpartition("@")
        if not local or not domain or any(ch.isspace() for ch in text):
            raise ValueError(f"Not an e-mail address: {contact_text!r}")
        return f"{local}@{domain.lower()}"

    number = "".join(ch for ch in text if ch not in " -./()")
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+"):
        digits = number[1:]
    else:
        digits = country_code + number.removeprefix("0")
    if not digits.isdigit() or not 7 <= len(digits) <= 15:
        raise ValueError(f"Not a phone number: {contact_text!r}")
    return "+" + digits

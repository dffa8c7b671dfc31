import re


def normalize_contact(contact_text: str, country_code: str) -> str:
    contact = contact_text.strip()
    if "@" in contact:
        if re.search(r"\s", contact):
            raise ValueError("whitespace in e-mail address")
        user, domain = contact.rsplit("@", 1)
        return user + "@" + domain.lower()
    has_plus = contact.startswith("+")
    digits = re.sub(r"[^0-9]", "", contact)
    if has_plus:
        return "+" + digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+" + country_code + digits.lstrip("0")

import re


def normalize_contact(contact_text: str, country_code: str) -> str:
    contact = contact_text.strip()
    if "@" in contact:
        if contact.startswith("@") or contact.endswith("@"):
            raise ValueError(f"invalid e-mail address: {contact_text!r}")
        return contact.lower()
    digits = re.sub(r"[\s\-./()]", "", contact)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not digits.startswith("+"):
        digits = "+" + country_code + (digits[1:] if digits.startswith("0") else digits)
    if not re.match(r"^\+[0-9]{7,15}$", digits):
        raise ValueError(f"invalid phone number: {contact_text!r}")
    return digits

import re


def normalize_contact(contact_text: str, country_code: str) -> str:
    value = contact_text.strip()
    if "@" in value:
        match = re.fullmatch(r"([^\s]+)@([^\s@]+)", value)
        if not match:
            raise ValueError(f"invalid address {value!r}")
        return f"{match[1]}@{match[2].lower()}"
    digits = re.sub(r"[ \-./()]", "", value).removeprefix("+").lstrip("0")
    if not digits.startswith(country_code):
        digits = country_code + digits
    if not re.fullmatch(r"[0-9]{7,15}", digits):
        raise ValueError(f"invalid phone number {value!r}")
    return f"+{digits}"

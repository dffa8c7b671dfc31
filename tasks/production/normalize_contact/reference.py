import re

SEPARATORS = re.compile(r"[ \-./()]")


def normalize_contact(contact_text: str, country_code: str) -> str:
    """The stored form of an address or a number. Raises ValueError for anything else."""
    text = contact_text.strip()
    return _normal_address(text) if "@" in text else _normal_number(text, country_code)


def _normal_address(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if not name or not domain or re.search(r"\s", text):
        raise ValueError(f"{text!r} is no e-mail address")
    return f"{name}@{domain.lower()}"


def _normal_number(text: str, country_code: str) -> str:
    number = SEPARATORS.sub("", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif not number.startswith("+"):
        number = f"+{country_code}{number.removeprefix('0')}"
    if not re.fullmatch(r"\+[0-9]{7,15}", number):
        raise ValueError(f"{text!r} is no phone number")
    return number

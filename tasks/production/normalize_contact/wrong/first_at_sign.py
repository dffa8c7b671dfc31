import re


def normalize_contact(contact_text: str, country_code: str) -> str:
    contact_text = contact_text.strip()
    if "@" in contact_text:
        parts = contact_text.split("@", 1)
        if not all(parts) or len(contact_text.split()) != 1:
            raise ValueError("not a valid e-mail address")
        return parts[0] + "@" + parts[1].lower()
    number = re.sub(r"[\s()./-]+", "", contact_text)
    number = re.sub(r"^00", "+", number)
    if number[:1] != "+":
        number = "+" + country_code + re.sub(r"^0", "", number)
    if re.fullmatch(r"\+[0-9]{7,15}", number) is None:
        raise ValueError("not a valid phone number")
    return number

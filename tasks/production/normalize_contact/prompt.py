def normalize_contact(contact_text: str, country_code: str) -> str:
    """Return an e-mail address or a phone number in the one form in which it is stored.

    A text with an @ is an e-mail address: spaces around it go, and the domain, after the last @, is in lowercase; what
    stands before the @ stays as it is. Anything else is a phone number: it becomes "+" and 7 to 15 digits. Spaces,
    dashes, dots, slashes and parentheses go; "00" in front stands for "+". A number with neither gets `country_code`
    (such as "49") in front, without its leading zero. Whatever else there is raises ValueError.

    >>> normalize_contact(" ann@Example.COM ", "49")
    'ann@example.com'
    >>> normalize_contact("030 / 123-4567", "49")
    '+49301234567'
    >>> normalize_contact("+49 30 1234567", "49")
    '+49301234567'
    """

import unicodedata


class UsernameRegistry:
    def __init__(self) -> None:
        self._names: set[str] = set()

    @staticmethod
    def _key(name: str) -> str:
        return unicodedata.normalize("NFKC", name.strip()).lower()

    def register_name(self, entered_name: str) -> str:
        name = entered_name.strip()
        if not name or " " in name:
            raise ValueError("invalid user name")
        for character in name:
            if unicodedata.category(character) in ("Cc", "Cf") and not character.isspace():
                raise ValueError("invalid character in user name")
        if self.is_taken(name):
            raise ValueError("user name is taken")
        self._names.add(self._key(name))
        return name

    def is_taken(self, entered_name: str) -> bool:
        return self._key(entered_name) in self._names

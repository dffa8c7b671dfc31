import unicodedata


class UsernameRegistry:
    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def _normalize(self, name: str) -> str:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())

    def register_name(self, entered_name: str) -> str:
        name = entered_name.strip()
        if not name or any(character.isspace() for character in name):
            raise ValueError("A user name must not be empty or contain white space")
        if any(unicodedata.category(character)[0] == "C" for character in name):
            raise ValueError("A user name must not contain control characters")
        key = self._normalize(name)
        if key in self._taken:
            raise ValueError(f"{name} is already taken")
        self._taken[key] = name
        return name

    def is_taken(self, entered_name: str) -> bool:
        return self._normalize(entered_name) in self._taken

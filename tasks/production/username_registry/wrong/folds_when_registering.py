import re
import unicodedata


class UsernameRegistry:
    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._names: set[str] = set()

    def register_name(self, entered_name: str) -> str:
        name = entered_name.strip()
        if not name:
            raise ValueError("user name is empty")
        if re.search(r"\s", name):
            raise ValueError("user name contains white space")
        if any(unicodedata.category(c) in {"Cc", "Cf"} for c in name):
            raise ValueError("user name contains invisible characters")
        if name.casefold() in self._keys:
            raise ValueError("user name is taken")
        self._keys.add(name.casefold())
        self._names.add(name)
        return name

    def is_taken(self, entered_name: str) -> bool:
        return entered_name.strip() in self._names

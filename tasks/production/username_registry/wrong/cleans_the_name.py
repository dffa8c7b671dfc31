import unicodedata


class UsernameRegistry:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    @staticmethod
    def _clean(name: str) -> str:
        name = unicodedata.normalize("NFKC", name)
        return "".join(c for c in name if c.isspace() or unicodedata.category(c)[0] != "C").strip()

    def _key(self, name: str) -> str:
        return unicodedata.normalize("NFKC", self._clean(name).casefold())

    def register_name(self, entered_name: str) -> str:
        name = self._clean(entered_name)
        if not name or any(c.isspace() for c in name):
            raise ValueError("A name must have at least one character and no white space")
        if self._key(name) in self._names:
            raise ValueError("This name is taken")
        self._names[self._key(name)] = name
        return name

    def is_taken(self, entered_name: str) -> bool:
        return self._key(entered_name) in self._names

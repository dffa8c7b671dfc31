import unicodedata


def slug(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


class UsernameRegistry:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def register_name(self, entered_name: str) -> str:
        name = entered_name.strip()
        if name == "" or any(c.isspace() for c in name):
            raise ValueError("bad name")
        if any(unicodedata.category(c) in ("Cc", "Cf") for c in name):
            raise ValueError("bad character")
        if slug(name) in self.names:
            raise ValueError("name taken")
        self.names[slug(name)] = name
        return name

    def is_taken(self, entered_name: str) -> bool:
        return slug(entered_name.strip()) in self.names

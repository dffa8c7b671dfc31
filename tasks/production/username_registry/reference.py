import unicodedata

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}  # controls, format characters, and what has no meaning


class UsernameRegistry:
    """Names by the form in which they are compared."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def register_name(self, entered_name: str) -> str:
        """The name as it is kept. Raises ValueError: taken, empty, white space inside, invisible characters."""
        name = entered_name.strip()
        if len(name.split()) != 1:
            raise ValueError(f"{entered_name!r} is empty or has white space inside")
        if any(unicodedata.category(character) in _INVISIBLE for character in name):
            raise ValueError(f"{entered_name!r} has characters that cannot be seen")
        if self.is_taken(name):
            raise ValueError(f"{name!r} is taken")
        self._names[_comparable(name)] = name
        return name

    def is_taken(self, entered_name: str) -> bool:
        """Whether a name is registered that equals this one."""
        return _comparable(entered_name.strip()) in self._names


def _comparable(name: str) -> str:
    """Normalized before and after folding, since each can undo the other's work."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)

"""What may be asked of the sections."""

from dataclasses import dataclass

from evalkit.anatomy.distribution import TEMPERATURES
from evalkit.errors import ConfigError
from evalkit.sampling import check_temperature


@dataclass(frozen=True)
class Options:
    """`names` are spelt in every style, `words` compared by their vectors. `position` is the token that is looked at
    (from 0; negative from the end; None: the last one of a prompt, the one before the least certain token of a
    sample). `layers` (from 0) and `window` (tokens up to the position) bound what attention keeps."""

    temperatures: tuple[float, ...] = TEMPERATURES
    top: int = 12
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    window: int | None = None
    position: int | None = None

    def check(self) -> None:
        """Raises ConfigError for values out of range."""
        for temperature in self.temperatures:
            check_temperature(temperature)
        if self.window is not None and self.window < 1:
            raise ConfigError(f"--window must be 1 or more, not {self.window}.")
        if self.top < 2:
            raise ConfigError(f"--top must be 2 or more, not {self.top}.")

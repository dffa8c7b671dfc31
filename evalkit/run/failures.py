"""Samples that a model's server did not give: they are left to a resumed run, and the reason is told in the end."""

from collections import Counter
from collections.abc import Iterable, Iterator

from evalkit.errors import ModelFailed
from evalkit.types import Sample, Undrawn


class Failures:
    """Counts what was not drawn, and remembers what ended the drawing."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()
        self._end: ModelFailed | None = None

    def left_out(self, drawn: Iterable[Sample | Undrawn]) -> Iterator[Sample]:
        """The samples alone. A server that fails for good ends them: those drawn before are still to be judged."""
        try:
            for each in drawn:
                if isinstance(each, Sample):
                    yield each
                else:
                    self._reasons[each.reason] += 1
        except ModelFailed as error:
            self.end(error)

    def end(self, error: ModelFailed) -> None:
        """Remember what ended the drawing for good."""
        self._end = error

    def tell(self) -> None:
        """Raises ModelFailed when a sample was not drawn."""
        if self._end is not None:
            raise self._end
        if self._reasons:
            reason, _ = self._reasons.most_common(1)[0]
            count = self._reasons.total()
            raise ModelFailed(f"{count} sample{'s were' if count > 1 else ' was'} not drawn: {reason}.")

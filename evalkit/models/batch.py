"""The samples that are being drawn together, and one step of all of them."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import torch

from evalkit.models.cache import Prefix
from evalkit.models.drafts import RETRY_AFTER, pay
from evalkit.models.drawing import Draw, draw, draw_there, records
from evalkit.models.network import Network, RowsCache
from evalkit.models.rows import Group, Row, Sample
from evalkit.models.sharing import SharedCache
from evalkit.models.transfer import Arriving, to_device
from evalkit.types import Completion

TOKENS_PER_STEP = 96  # with drafts: up to about so many, a step takes little longer with more


@dataclass(frozen=True)
class Settings:
    """How samples are drawn together: `batch_size` of them at most. `longest` is in tokens, prompt included.

    Without `sharing` only whole prompts are shared. `grouped` rows attend to their prompts together, see
    `Network.cache`. `lagging` draws are looked at one step later. As long as rows are fewer than `drafts`, a step has
    up to so many tokens in all: drafts of the next ones, too, see `models.drafts`. With none of these four a row's
    arithmetic is that of the row alone.
    """

    batch_size: int
    longest: int
    eos: Collection[int]
    sharing: bool = True
    grouped: bool = False
    lagging: bool = False
    drafts: int = TOKENS_PER_STEP


class Batch:
    """The samples being drawn now, in rows."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self.network, self.settings = network, settings
        self.rows: list[Row] = []
        self.cache: RowsCache | None = None
        self.reading: tuple[Group, Prefix] | None = None  # the prompt whose samples are entering
        self.coming: tuple[list[Row], Arriving] | None = None  # drawn, and not looked at yet
        self._tokens = torch.empty(0, dtype=torch.long)  # of `coming`, left on the device, one for each row
        self._last: Prefix | None = None
        self._passed = 0  # steps in which drafts did not pay

    @property
    def samples(self) -> list[Sample]:
        """Row by row."""
        return [sample for row in self.rows for sample in row.samples]

    def advance(self, waiting: deque[Group]) -> list[tuple[Sample, Completion]]:
        """Draw one token for every sample, those that enter included; returns the samples that ended."""
        parts = []
        if self.rows:
            assert self.cache is not None
            if self.settings.lagging:
                parts.append(self.network.step(self._tokens, self.cache.inputs()))
            else:
                parts.append(self._step())
        parts += self._enter(waiting)
        logits = parts[0] if len(parts) == 1 else torch.cat(parts)  # most steps need no copy
        if self.settings.lagging:
            came, self.coming = self.coming, self._draw_there(logits)
            return self._take_late(*came) if came else []
        return self._take(self.rows, _draw(logits, self.rows))

    def restart(self, waiting: deque[Group]) -> None:
        """Put all samples back in front of those that wait."""
        samples = self.samples
        for sample in reversed(samples):
            sample.group.samples.appendleft(sample)
        groups = [sample.group for sample in samples] + ([self.reading[0]] if self.reading else [])
        known = {id(group) for group in waiting}
        for group in reversed(list({id(each): each for each in groups}.values())):
            if id(group) not in known:
                waiting.appendleft(group)

    def _enter(self, waiting: deque[Group]) -> Iterator[torch.Tensor]:
        while (free := self.settings.batch_size - len(self.samples)) > 0 and (self.reading or waiting):
            if self.rows and self.cache is not None and not self.cache.mixes_prompts:
                return
            if self.reading is None:
                self.reading = self._read(waiting)
            group, prefix = self.reading
            if not self.rows:
                self.cache = self._cache(prefix)
            assert self.cache is not None
            entering = [group.samples.popleft() for _ in range(min(free, len(group.samples)))]
            rows = [Row([each]) for each in entering] if self.settings.lagging else [Row(entering)]
            self.rows += rows
            self.reading = (group, prefix) if group.samples else None
            self.cache.enter(prefix, len(rows))
            for sample in entering:
                sample.begin()
            yield prefix.logits.expand(len(rows), -1)

    def _cache(self, prefix: Prefix) -> RowsCache:
        wanted = self.settings
        if not (wanted.grouped or wanted.drafts):
            return self.network.cache(wanted.batch_size)
        return self.network.shared_cache(wanted.batch_size, wanted.longest, prefix, apart=not wanted.grouped)

    def _read(self, waiting: deque[Group]) -> tuple[Group, Prefix]:
        group = waiting[0]  # stays there if memory runs out
        self._last = self.network.read(group.prompt_ids, self._last if self.settings.sharing else None)
        waiting.popleft()
        return group, self._last

    def _step(self) -> torch.Tensor:
        """Logits after the last token of each row, and after each token of its draft."""
        self._part()
        self._draft()
        assert self.cache is not None
        tokens = [each for row in self.rows for each in (row.last, *row.draft)]
        if not isinstance(self.cache, SharedCache):
            return self.network.step(tokens, self.cache.inputs())
        return self.network.step(tokens, self.cache.inputs([1 + len(row.draft) for row in self.rows]))

    def _part(self) -> None:
        """Give samples that drew otherwise than their row's first one new rows."""
        new = [(place, each) for place, row in enumerate(self.rows) for each in row.part()]
        if new:
            assert self.cache is not None
            self.rows += [row for _, row in new]  # first: if memory runs out in the next line, no sample is lost
            self.cache.fork([place for place, _ in new])
            self._keep()

    def _draft(self) -> None:
        """The drafts that are likely to come true are the first to have room, as far as they pay."""
        tokens = len(self.rows)
        spare = self.settings.drafts - tokens
        if spare <= 0 or not isinstance(self.cache, SharedCache):
            return
        longest = 1 + 2 * spare // tokens  # rows have places for as many tokens as the one with most
        for row in self.rows:
            row.guess()
        for row in sorted((row for row in self.rows if row.draft), key=lambda each: -each.chance):
            row.shorten(tokens, min(longest, self.settings.drafts - tokens))
            tokens += len(row.draft)
        if not pay(sum(row.gain for row in self.rows), tokens - len(self.rows), len(self.rows)):
            self._pass_over()

    def _pass_over(self) -> None:
        """No drafts in this step, but now and then: else nothing would be learned of them any more."""
        self._passed = (self._passed + 1) % RETRY_AFTER
        for row in self.rows if self._passed else ():
            row.draft = []

    def _take(self, rows: list[Row], draws: Iterable[Draw]) -> list[tuple[Sample, Completion]]:
        """The draws of each sample of these rows: one, and one more for each token of its row's draft."""
        ended, draws = [], iter(draws)
        for row in rows:
            known, count = row.kept, 1 + len(row.draft)
            mine = [(each, list(islice(draws, count))) for each in row.samples]
            results = [(each, each.follow(found, row.draft, self.settings.eos)) for each, found in mine]
            row.tried(row.kept - known)
            ended += [(each, completion) for each, completion in results if completion]
            self._remember(row, [each for each, completion in results if completion])
            row.samples = [each for each, completion in results if not completion]
        self._keep()
        self._leave()
        return ended

    def _remember(self, row: Row, ended: list[Sample]) -> None:
        """For drafts of samples that are still being drawn."""
        if self.settings.drafts and not self.settings.lagging:
            for sample in ended:
                sample.group.drafts.learn(sample.drawn.ids, row.noted)

    def _keep(self) -> None:
        if isinstance(self.cache, SharedCache) and not self.settings.lagging:
            self.cache.keep([row.kept for row in self.rows])

    def _leave(self) -> None:
        order = _without(len(self.rows), [place for place, row in enumerate(self.rows) if not row.samples])
        if len(order) == len(self.rows):
            return
        assert self.cache is not None
        self.cache.select(order)
        if self.settings.lagging:
            self._tokens = self._tokens.index_select(0, to_device(order, self.network.device, torch.long))
        self.rows = [self.rows[source] for source in order]

    @torch.inference_mode()
    def _draw_there(self, logits: torch.Tensor) -> tuple[list[Row], Arriving]:
        values = draw_there(logits, [sample.wanted_late() for sample in self.samples], range(len(self.rows)))
        self._tokens = values[:, 0].long()
        return list(self.rows), Arriving(values)

    def _take_late(self, rows: list[Row], values: Arriving) -> list[tuple[Sample, Completion]]:
        # One sample a row; a row without one ended the step before.
        kept = [(row, each) for row, each in zip(rows, records(values), strict=True) if row.samples]
        return self._take([row for row, _ in kept], [each for _, each in kept])


@torch.inference_mode()
def _draw(logits: torch.Tensor, rows: Sequence[Row]) -> list[Draw]:
    """Of each sample one, and one for each token of its row's draft. `logits` has as many for each row."""
    owners: list[int] = []
    wanted, first = [], 0
    for row in rows:
        count = 1 + len(row.draft)
        for sample in row.samples:
            owners += range(first, first + count)
            wanted += [sample.wanted(len(sample.drawn.ids) + ahead) for ahead in range(count)]
        first += count
    return draw(logits, wanted, owners)


def _without(count: int, ended: list[int]) -> list[int]:
    """The rows that stay: the last ones fill the holes, so that few are copied."""
    order = list(range(count))
    for index in reversed(ended):
        order[index] = order[-1]
        order.pop()
    return order

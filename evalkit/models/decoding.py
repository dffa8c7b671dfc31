"""The loop of `evalkit.sampling` for many samples at once, with a key-value cache.

    while samples are being drawn or requests wait:
        one forward pass: the last token of every row               -> logits
        samples whose prompt is ready enter, up to the batch size   -> their prompt's logits
        draw one token per sample, each with its own temperature and its own uniform
        samples that ended leave, and are yielded

Each distinct prompt is read once and shared by all its samples and temperatures. Samples of a prompt are one row for as
long as they draw the same tokens: what the network makes of them is the same. Temperature 0 is drawn once per prompt
and answers every request for it. What a sample draws depends on its request alone, so when memory runs out the samples
simply start again, half as many at a time.

On a GPU the host does not wait for a step: tokens stay there for the next one, and what was drawn is looked at while
that one runs. A row whose sample ended is in it once more, and what it draws then is dropped. Each sample is a row of
its own there: whether two drew the same is not known in time.
"""

import gc
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import torch

from evalkit.errors import ModelUnavailable
from evalkit.models.cache import Prefix
from evalkit.models.drawing import Draw, draw, draw_there, records
from evalkit.models.network import Network, RowsCache
from evalkit.models.rows import Group, Row, Sample
from evalkit.models.transfer import Arriving, to_device
from evalkit.types import Completion

ROWS_PER_PROMPT = 4  # from so many on, attending to prompts apart is cheaper than copying them for each row


@dataclass(frozen=True)
class Settings:
    """How samples are drawn together: `batch_size` of them at most. `longest` is in tokens, prompt included.

    Without `sharing` a row's arithmetic is that of the row alone: only whole prompts are shared. `grouped` rows attend
    to their prompts together, see `Network.cache`. `lagging` draws are looked at one step later.
    """

    batch_size: int
    longest: int
    eos: Collection[int]
    sharing: bool = True
    grouped: bool = False
    lagging: bool = False


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

    @property
    def samples(self) -> list[Sample]:
        """Row by row."""
        return [sample for row in self.rows for sample in row.samples]

    def advance(self, waiting: deque[Group]) -> list[tuple[Sample, Completion]]:
        """Draw one token for every sample, those that enter included; returns the samples that ended."""
        parts = []
        if self.rows:
            assert self.cache is not None
            last = self._tokens if self.settings.lagging else self._part()
            parts.append(self.network.step(last, self.cache.inputs()))
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
                sizes = self.settings.batch_size, self.settings.longest
                self.cache = self.network.cache(*sizes, self.settings.grouped, prefix)
            assert self.cache is not None
            entering = [group.samples.popleft() for _ in range(min(free, len(group.samples)))]
            rows = [Row([each]) for each in entering] if self.settings.lagging else [Row(entering)]
            self.rows += rows
            self.reading = (group, prefix) if group.samples else None
            self.cache.enter(prefix, len(rows))
            for sample in entering:
                sample.begin()
            yield prefix.logits.expand(len(rows), -1)

    def _read(self, waiting: deque[Group]) -> tuple[Group, Prefix]:
        group = waiting[0]  # stays there if memory runs out
        self._last = self.network.read(group.prompt_ids, self._last if self.settings.sharing else None)
        waiting.popleft()
        return group, self._last

    def _take(self, rows: list[Row], draws: Iterable[Draw]) -> list[tuple[Sample, Completion]]:
        """One draw for each sample of these rows."""
        ended, draws = [], iter(draws)
        for row in rows:
            completions = [(each, each.append(next(draws), self.settings.eos)) for each in row.samples]
            ended += [(each, completion) for each, completion in completions if completion]
            row.samples = [each for each, completion in completions if not completion]
        self._leave()
        return ended

    def _part(self) -> list[int]:
        """The last token of each row, after samples that drew another one than their row's first went to new rows."""
        new = [(place, each) for place, row in enumerate(self.rows) for each in row.part()]
        if new:
            assert self.cache is not None
            self.rows += [row for _, row in new]  # first: if memory runs out in the next line, no sample is lost
            self.cache.fork([place for place, _ in new])
        return [row.last for row in self.rows]

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
        values = draw_there(logits, [sample.wanted() for sample in self.samples], range(len(self.rows)))
        self._tokens = values[:, 0].long()
        return list(self.rows), Arriving(values)

    def _take_late(self, rows: list[Row], values: Arriving) -> list[tuple[Sample, Completion]]:
        # One sample a row; a row without one ended the step before.
        kept = [(row, each) for row, each in zip(rows, records(values), strict=True) if row.samples]
        return self._take([row for row, _ in kept], [each for _, each in kept])


@torch.inference_mode()
def _draw(logits: torch.Tensor, rows: list[Row]) -> list[Draw]:
    """One for each sample; `logits` has one row for each of these."""
    owners = [place for place, row in enumerate(rows) for _ in row.samples]
    return draw(logits, [sample.wanted() for row in rows for sample in row.samples], owners)


def _without(count: int, ended: list[int]) -> list[int]:
    """The rows that stay: the last ones fill the holes, so that few are copied."""
    order = list(range(count))
    for index in reversed(ended):
        order[index] = order[-1]
        order.pop()
    return order


def decode_batched(network: Network, groups: list[Group], settings: Settings) -> Iterator[tuple[int, Completion]]:
    """Yield (position of the request, completion) as samples end. Raises ModelUnavailable if one row is too many."""
    waiting = deque(groups)
    batch = Batch(network, fitting(network, groups, settings))
    while batch.rows or batch.reading or waiting:
        ended = advance(batch, waiting)
        if ended is None:
            batch = smaller(batch)
            continue
        for sample, completion in ended:
            yield from ((position, completion) for position in sample.positions)


def advance(batch: Batch, waiting: deque[Group]) -> list[tuple[Sample, Completion]] | None:
    """One step; None when memory ran out, and then all samples wait again."""
    try:
        return batch.advance(waiting)
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
    batch.restart(waiting)
    return None


def smaller(batch: Batch) -> Batch:
    """An empty batch of half the size, after the memory of the old one is free."""
    size = min(batch.settings.batch_size, len(batch.samples) or batch.settings.batch_size)
    if size == 1:
        raise ModelUnavailable(
            "The memory is not enough for one sample at a time. Choose a smaller model or dtype, or lower "
            "--max-new-tokens."
        )
    grouped = batch.settings.grouped and size // 2 >= ROWS_PER_PROMPT
    network, settings = batch.network, replace(batch.settings, batch_size=size // 2, grouped=grouped)
    network.largest = settings.batch_size
    del batch.rows, batch.cache, batch.reading, batch.coming, batch._tokens, batch._last
    gc.collect()
    if network.device.type == "cuda":
        torch.cuda.empty_cache()
    return Batch(network, settings)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error is an allocation that failed, of Python or of a device's allocator."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(error) for words in ("allocate memory", "not enough memory", "out of memory"))


def fitting(network: Network, groups: list[Group], settings: Settings) -> Settings:
    """The settings with no more samples than there are or memory allowed before, sharing only where it pays."""
    samples = sum(len(group.samples) for group in groups)
    size = max(1, min(settings.batch_size, samples, network.largest or settings.batch_size))
    enough = min(samples, size) >= ROWS_PER_PROMPT and samples >= ROWS_PER_PROMPT * len(groups)
    grouped = settings.sharing and enough
    lagging = settings.lagging or network.device.type == "cuda"
    lagging = lagging and not any(sample.needs_host for group in groups for sample in group.samples)
    return replace(settings, batch_size=size, grouped=grouped, lagging=lagging)

"""The loop of `evalkit.sampling` for many samples at once, with a key-value cache.

    while samples are being drawn or requests wait:
        one forward pass: the last token of every row, and a draft  -> logits after each of them
        samples whose prompt is ready enter, up to the batch size   -> their prompt's logits
        draw one token per sample, each with its own temperature and its own uniform; another one as long as the
            draft says what was drawn
        samples that ended leave, and are yielded

Each distinct prompt is read once and shared by all its samples and temperatures. Samples of a prompt are one row for as
long as they draw the same tokens: what the network makes of them is the same. Temperature 0 is drawn once per prompt
and answers every request for it. What a sample draws depends on its request alone, so when memory runs out the samples
simply start again, half as many at a time and without drafts.

On a GPU the host does not wait for a step: tokens stay there for the next one, and what was drawn is looked at while
that one runs. A row whose sample ended is in it once more, and what it draws then is dropped. Each sample is a row of
its own there, without drafts: what was drawn is not known in time.
"""

import gc
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import torch

from evalkit.errors import ModelUnavailable
from evalkit.models.batch import Batch, Settings
from evalkit.models.memory import out_of_memory
from evalkit.models.network import Network
from evalkit.models.rows import Group, Sample
from evalkit.types import Completion

ROWS_PER_PROMPT = 4  # from so many on, attending to prompts apart is cheaper than copying them for each row


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
    network, settings = batch.network, replace(batch.settings, batch_size=size // 2, grouped=grouped, drafts=0)
    network.largest = settings.batch_size
    del batch.rows, batch.cache, batch.reading, batch.coming, batch._tokens, batch._last
    gc.collect()
    if network.device.type == "cuda":
        torch.cuda.empty_cache()
    return Batch(network, settings)


def fitting(network: Network, groups: list[Group], settings: Settings) -> Settings:
    """The settings with no more samples than there are or memory allowed before, sharing only where it pays."""
    samples = sum(len(group.samples) for group in groups)
    size = max(1, min(settings.batch_size, samples, network.largest or settings.batch_size))
    enough = min(samples, size) >= ROWS_PER_PROMPT and samples >= ROWS_PER_PROMPT * len(groups)
    grouped = settings.sharing and enough
    lagging = settings.lagging or network.device.type == "cuda"
    lagging = lagging and not any(sample.needs_host for group in groups for sample in group.samples)
    drafts = settings.drafts if network.largest is None else 0  # they need memory, which ran out before
    return replace(settings, batch_size=size, grouped=grouped, lagging=lagging, drafts=drafts)

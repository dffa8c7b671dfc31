"""Section 3: what a position attends to, which heads track what, and how attention falls with distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from evalkit.anatomy.heads import Tracker, Tracking, cases
from evalkit.anatomy.options import Options
from evalkit.anatomy.regions import REGIONS, regions
from evalkit.anatomy.tokens import token_offsets
from evalkit.anatomy.watching import watch
from evalkit.errors import ConfigError

if TYPE_CHECKING:
    from evalkit.anatomy.subject import Subject

DISTANCES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)  # each bin ends before the next one
TENTHS = 10
EVERY = 4  # positions whose distances are added up: one in so many

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Region:
    """A kind of context, how many tokens it has, and the share of attention it gets: the mean over layers and heads,
    and by layer."""

    name: str
    tokens: int
    share: float
    by_layer: tuple[float, ...]


@dataclass(frozen=True)
class Seen:
    """A token of the context with the mean weight over all kept layers and heads, and the head that sees it most."""

    index: int
    text: str
    region: str
    share: float
    layer: int
    head: int
    most: float


@dataclass(frozen=True)
class Attention:
    """`weights` are (kept layers, heads, context) of one position; the context begins at `first` and what stands
    before it has `outside` of the attention. `by_distance` and `by_tenth` are mean shares of all positions without what
    goes to the first token, which is `sink`."""

    position: int
    text: str
    layers: tuple[int, ...]
    first: int
    weights: Weights
    outside: float
    regions: tuple[Region, ...]
    seen: tuple[Seen, ...]
    tracking: tuple[Tracking, ...]
    by_distance: tuple[tuple[str, float], ...]
    by_tenth: tuple[float, ...]
    sink: float


def attention(subject: "Subject", options: Options, position: int) -> Attention:
    """What `position` attends to, from one more pass over the text. Raises ConfigError where a model shows nothing."""
    offsets = token_offsets(subject.model, subject.prompt, len(subject.prompt_ids))
    texts = [subject.prompt[start:end] for start, end in offsets]
    texts += [subject.model.decode([each]) for each in subject.drawn_ids]
    found = cases(texts, subject.ids)
    trackers = [Tracker(kind, several, len(texts)) for kind, several in found.items()]
    watcher = Watcher(position, options, trackers)
    watch(subject.model, subject.ids, watcher)
    return watcher.result(texts, regions(subject, offsets))


class Watcher:
    """Keeps the row of one position and adds up the rest, so that memory is that of one piece of one layer."""

    def __init__(self, position: int, options: Options, trackers: Sequence[Tracker]) -> None:
        self._position, self._options, self._trackers = position, options, trackers
        self._first = max(0, position + 1 - (options.window or position + 1))
        self._rows: dict[int, Weights] = {}
        self._outside: list[float] = []
        self._distances, self._tenths, self._sink = torch.zeros(len(DISTANCES)), torch.zeros(TENTHS), 0.0
        self._counted = 0
        self._layers: set[int] = set()

    def __call__(self, layer: int, first: int, weights: torch.Tensor) -> None:
        """The weights (heads, queries, keys) of a layer, whose queries begin at position `first`."""
        self._layers.add(layer)
        for tracker in self._trackers:
            tracker.take(layer, first, weights)
        self._profile(first, weights)
        wanted = not self._options.layers or layer in self._options.layers
        if wanted and first <= self._position < first + weights.shape[1]:
            row = weights[:, self._position - first, : self._position + 1].float().cpu()
            self._outside.append(float(row[:, : self._first].sum(dim=1).mean()))
            self._rows[layer] = row[:, self._first :].numpy().copy()

    def result(self, texts: Sequence[str], of_token: Sequence[str]) -> Attention:
        """Everything, after the pass."""
        if missing := set(self._options.layers) - self._layers:
            count = len(self._layers)
            raise ConfigError(f"There is no layer {min(missing)}: the model has {count} with attention, from 0.")
        layers = tuple(sorted(self._rows))
        weights = np.stack([self._rows[layer] for layer in layers])
        context = range(self._first, self._position + 1)
        shares = (self._distances / max(self._counted, 1)).tolist()
        seen = [_seen(weights, layers, at - self._first, at, texts[at], of_token[at]) for at in context]
        return Attention(
            self._position, texts[self._position], layers, self._first, weights,
            float(np.mean(self._outside)),
            tuple(_regions(weights, [of_token[at] for at in context])),
            tuple(sorted(seen, key=lambda each: -each.share)),
            tuple(tracker.result() for tracker in self._trackers),
            tuple((_bin(at), share) for at, share in enumerate(shares) if share),
            tuple((self._tenths / max(self._counted, 1)).tolist()),
            self._sink / max(self._counted, 1),
        )  # fmt: skip

    def _profile(self, first: int, weights: torch.Tensor) -> None:
        """Add up by distance, and by tenth of the context, the mean over heads of every fourth position."""
        edges = torch.tensor(DISTANCES, device=weights.device)
        for at in range(-first % EVERY, weights.shape[1], EVERY):
            query = first + at
            if query < TENTHS:
                continue
            row = weights[:, at, : query + 1].float().mean(dim=0)
            self._sink += float(row[0])
            row[0] = 0.0
            keys = torch.arange(query + 1, device=weights.device)
            bins = torch.searchsorted(edges, query - keys, right=True) - 1
            self._distances += torch.zeros(len(DISTANCES), device=row.device).index_add(0, bins, row).cpu()
            tenth = keys * TENTHS // (query + 1)
            self._tenths += torch.zeros(TENTHS, device=row.device).index_add(0, tenth, row).cpu()
            self._counted += 1


def _regions(weights: Weights, of_context: Sequence[str]) -> list[Region]:
    found = []
    for name in REGIONS:
        mask = np.array([each == name for each in of_context])
        if mask.any():
            by_layer = weights[:, :, mask].sum(axis=2).mean(axis=1)
            found.append(Region(name, int(mask.sum()), float(by_layer.mean()), tuple(map(float, by_layer))))
    return sorted(found, key=lambda each: -each.share)


def _seen(weights: Weights, layers: Sequence[int], column: int, index: int, text: str, region: str) -> Seen:
    theirs = weights[:, :, column]
    layer, head = divmod(int(theirs.argmax()), theirs.shape[1])
    return Seen(index, text, region, float(theirs.mean()), layers[layer], head, float(theirs.max()))


def _bin(at: int) -> str:
    low = DISTANCES[at]
    high = DISTANCES[at + 1] - 1 if at + 1 < len(DISTANCES) else None
    return str(low) if high == low else f"{low} to {high}" if high else f"{low} and more"

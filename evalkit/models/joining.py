"""Linear layers of a model are replaced; those that are given the same values are multiplied in one product.

Attention's queries, keys and values, for one, are three products of the same values, and one product of their weights
side by side is faster: fewer calls, and columns enough for every core. Each output is the same sum as before. Which
layers those are is found by looking at a pass, so that no architecture has to be known.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch

from evalkit.models.memory import out_of_memory

Make = Callable[[torch.nn.Linear], torch.nn.Module]


class Product:
    """One layer in place of several: what it gives is kept until the last of them has asked for its part."""

    def __init__(self, layer: Any, sizes: Sequence[int]) -> None:
        self.layer, self.sizes = layer, list(sizes)
        self._kept: tuple[torch.Tensor, Sequence[torch.Tensor]] | None = None  # values, and what they gave

    def part(self, number: int, values: torch.Tensor) -> torch.Tensor:
        """What layer `number` gives for `values`: (..., in_features) to (..., sizes[number])."""
        kept = self._kept  # read once: another thread may replace it
        if kept is None or kept[0] is not values:
            kept = values, self.layer(values).split(self.sizes, -1)
        self._kept = None if number == len(self.sizes) - 1 else kept
        return kept[1][number]


class JoinedLinear(torch.nn.Module):
    """A linear layer whose product is made together with others'."""

    def __init__(self, layer: torch.nn.Linear, product: Product, number: int) -> None:
        super().__init__()
        self.in_features, self.out_features = layer.in_features, layer.out_features
        self.bias = layer.bias
        self.product, self.number = product, number

    @property
    def weight(self) -> torch.Tensor:
        """(out_features, in_features), for a model that looks at it, where the product's layer still tells it."""
        return torch.split(self.product.layer.weight, self.product.sizes)[self.number]

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(..., in_features) to (..., out_features)."""
        return self.product.part(self.number, values)


@torch.inference_mode()
def replace_layers(module: Any, make: Make) -> int:
    """Replace every linear layer by what `make` gives for it, or for several side by side. How many there were."""
    groups = [[name for name, _ in group] for group in _given_the_same(module)]
    for names in groups:
        _join(module, names, make)
    layers = [(name, each) for name, each in module.named_modules() if type(each) is torch.nn.Linear]
    for name, layer in layers:
        module.set_submodule(name, make(layer))
    return len(layers) + sum(map(len, groups))


def _join(module: Any, names: Sequence[str], make: Make) -> None:
    layers = [module.get_submodule(name) for name in names]
    product = Product(make(_side_by_side(layers)), [each.out_features for each in layers])
    for number, (name, layer) in enumerate(zip(names, layers, strict=True)):
        module.set_submodule(name, JoinedLinear(layer, product, number))


def _side_by_side(layers: Sequence[torch.nn.Linear]) -> torch.nn.Linear:
    joined = torch.nn.Linear(1, 1, bias=False, device="meta")
    joined.weight = torch.nn.Parameter(torch.cat([each.weight for each in layers]), requires_grad=False)
    if layers[0].bias is not None:
        joined.bias = torch.nn.Parameter(torch.cat([each.bias for each in layers]), requires_grad=False)
    joined.out_features, joined.in_features = joined.weight.shape
    return joined


@dataclass(frozen=True)
class _Call:
    """Of one layer, as it was seen. `copy`: what its values were then."""

    name: str
    layer: torch.nn.Linear
    values: torch.Tensor
    copy: torch.Tensor

    def goes_with(self, other: "_Call") -> bool:
        """Whether the next call could have been answered with this one."""
        return (
            self.values is other.values
            and torch.equal(self.copy, other.copy)  # nobody wrote to them between the two
            and self.name.rpartition(".")[0] == other.name.rpartition(".")[0]
            and self.layer.weight.dtype == other.layer.weight.dtype
            and (self.layer.bias is None) == (other.layer.bias is None)
        )


def _given_the_same(module: Any) -> list[list[tuple[str, torch.nn.Linear]]]:
    """Linear layers of one parent that a pass called one after the other with the same values, by name."""
    calls: list[_Call] = []
    try:
        with _watched(module, calls):
            module(input_ids=torch.zeros((1, 2), dtype=torch.long, device=module.device), use_cache=False)
    except Exception as error:  # a model may raise anything: drawing with it will tell
        if out_of_memory(error):
            raise
        return []
    names = [call.name for call in calls]
    once = [call for call in calls if names.count(call.name) == 1]
    groups: list[list[tuple[str, torch.nn.Linear]]] = [[(call.name, call.layer)] for call in once[:1]]
    for before, call in pairwise(once):
        if not before.goes_with(call):
            groups.append([])
        groups[-1].append((call.name, call.layer))
    return [group for group in groups if len(group) > 1]


@contextmanager
def _watched(module: Any, calls: list[_Call]) -> Iterator[None]:
    """Meanwhile each call of a linear layer is added to `calls`."""

    def note(name: str) -> Callable[[Any, tuple[Any, ...]], None]:
        def hook(layer: Any, arguments: tuple[Any, ...]) -> None:
            if arguments:
                calls.append(_Call(name, layer, arguments[0], arguments[0].clone()))

        return hook

    layers = [(name, each) for name, each in module.named_modules() if type(each) is torch.nn.Linear]
    hooks = [layer.register_forward_pre_hook(note(name)) for name, layer in layers]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()

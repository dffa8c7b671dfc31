"""Why replaying an int8 sample in one pass can leave its record: one pass against one token after another.

    python benchmarks/int8_replay.py MODEL

prints, for the text of evalkit.models.int8.PROBE: how many rows of the layers' outputs differ when each layer is given
the very same rows alone and together; and by how much log-probabilities differ between one pass and steps (the
largest difference over the vocabulary at each position, in nats), with float32 between the int8 layers, which is what
runs and replays compute, and with float64.
"""

import sys
from typing import Any

import torch
from transformers import DynamicCache

from evalkit.anatomy.subject import load
from evalkit.models.int8 import PROBE, Int8Linear

TOKENS = 96


@torch.inference_mode()
def differences(module: Any, ids: torch.Tensor) -> torch.Tensor:
    """(tokens,): the largest difference of a log-probability over the vocabulary at each position, in nats."""
    whole = module(input_ids=ids, use_cache=False).logits[0].log_softmax(-1)
    cache, found = DynamicCache(config=module.config), []
    for at in range(ids.shape[1]):
        step = module(input_ids=ids[:, at : at + 1], past_key_values=cache, use_cache=True).logits[0, 0]
        found.append((step.log_softmax(-1) - whole[at]).abs().max())
    return torch.stack(found)


@torch.inference_mode()
def differing_rows(module: Any, ids: torch.Tensor) -> int:
    """Rows whose result in a layer is another one alone than beside the other rows, over all layers."""
    counts: list[int] = []

    def compare(layer: Int8Linear, given: tuple[torch.Tensor], together: torch.Tensor) -> None:
        rows = given[0].reshape(-1, layer.in_features)
        alone = torch.cat([Int8Linear.forward(layer, rows[at : at + 1]) for at in range(len(rows))])
        counts.append(int((alone != together.reshape(alone.shape)).any(dim=1).sum()))

    hooks = [each.register_forward_hook(compare) for each in module.modules() if type(each) is Int8Linear]
    module(input_ids=ids, use_cache=False)
    for hook in hooks:
        hook.remove()
    return sum(counts)


def main(name: str) -> None:
    """Print the three measurements."""
    model = load(name, "int8")
    module = model.network.module
    ids = torch.tensor([model.encode(PROBE)[:TOKENS]])
    print(f"rows that differ alone and together, over all layers: {differing_rows(module, ids)}", flush=True)
    told("float32 between the layers", differences(module, ids))
    forward = Int8Linear.forward
    Int8Linear.forward = lambda layer, values: forward(layer, values.float()).double()
    told("float64 between the layers", differences(module.double(), ids))


def told(what: str, found: torch.Tensor) -> None:
    """One line."""
    print(
        f"{what}: largest {float(found.max()):.2g}, mean {float(found.mean()):.2g} nats, {len(found)} tokens",
        flush=True,
    )


if __name__ == "__main__":
    main(sys.argv[1])

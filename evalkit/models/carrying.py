"""How a network carries its rows from token to token: found by trying, against one pass over the whole text.

A network with a memory of another kind than it is given draws all the same, from the last token alone. So nothing is
taken for granted: not by what a model is called, nor by what its signature says.
"""

from functools import cache
from typing import TYPE_CHECKING

import torch

from evalkit.errors import ModelUnavailable
from evalkit.models.cache import OnePromptCache, Prefix, RowCache, keeps_only_attention
from evalkit.models.memory import out_of_memory
from evalkit.models.uncached import UncachedRows

if TYPE_CHECKING:
    from evalkit.models.network import Network

Kind = type[RowCache] | type[OnePromptCache] | type[UncachedRows]

TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-6}  # of the largest logit, between two ways to the same logits
HALF_TOLERANCE = 0.05
LONG, SHORT, STEPS = 6, 3, 2  # tokens of two prompts, and how many more are read after them
TEXTS = 3  # in half precision a router may take other experts for one of them


def found_kind(network: "Network") -> Kind:
    """The first kind of rows that gives the logits of a pass over the whole text.

    Raises ModelUnavailable for a network that cannot make such a pass.
    """
    vocabulary = network.config.get_text_config(decoder=True).vocab_size
    texts = [[(17 * place + 5 * text + 3) % vocabulary for place in range(LONG + STEPS)] for text in range(TEXTS)]
    expected = cache(lambda text: _whole(network, texts[text]))
    expected(0)  # whatever the network keeps, it must be able to do this
    kinds: list[Kind] = [RowCache, OnePromptCache] if keeps_only_attention(network.config) else [OnePromptCache]
    for kind in kinds if network.cache_name else ():
        if any(_agrees(network, kind, texts[text], expected(text)) for text in range(TEXTS)):
            return kind
    return UncachedRows


def near(found: torch.Tensor, expected: torch.Tensor) -> bool:
    """Whether logits are the same but for rounding."""
    tolerance = TOLERANCE.get(expected.dtype, HALF_TOLERANCE)
    return bool((found - expected).abs().max() <= tolerance * expected.abs().max())


def _whole(network: "Network", text: list[int]) -> torch.Tensor:
    """The logits after each token, (tokens, vocabulary)."""
    try:
        return network.whole(torch.tensor([text], device=network.device), every=True)[0]
    except Exception as error:  # a model may raise anything
        if out_of_memory(error):
            raise
        said = next(iter(str(error).splitlines()), type(error).__name__)
        kind = type(network.module).__name__
        raise ModelUnavailable(f"A model of the class {kind} cannot read a text: {said}") from error


def _agrees(network: "Network", kind: Kind, text: list[int], expected: torch.Tensor) -> bool:
    """Two rows, of two prompts where they may mix, read on by a few tokens."""
    try:
        found, places = _carried(network, kind, text)
    except Exception as error:  # another cache than the model's own
        if out_of_memory(error):
            raise
        return False
    return near(found, expected[places])


def _carried(network: "Network", kind: Kind, text: list[int]) -> tuple[torch.Tensor, list[int]]:
    """Logits of two rows after their last tokens, and where in the text those are."""
    rows = kind(2, network.device)
    lengths = [LONG, SHORT] if kind.mixes_prompts else [LONG, LONG]
    if kind.mixes_prompts:
        for length in lengths:
            rows.enter(_prefix(network, text[:length]), 1)
    else:
        rows.enter(_prefix(network, text[:LONG]), 2)
    for step in range(STEPS):
        logits = network.step([text[length + step] for length in lengths], rows.inputs())
    return logits, [length + STEPS - 1 for length in lengths]


def _prefix(network: "Network", ids: list[int]) -> Prefix:
    return network.read_on(ids, None, 0)

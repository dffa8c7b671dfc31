"""How likely a model finds given texts: several continuations of one prompt in one batched forward pass."""

from collections.abc import Sequence

import torch

from evalkit.errors import ConfigError
from evalkit.models.transformers import TransformersModel
from evalkit.types import TokenTrace

MOST_LOGITS = 2**28  # at a time, 1 GiB in float32; rows beyond that take a pass of their own

Encoded = tuple[list[int], list[int]]


def score_continuations(model: TransformersModel, prompt: str, continuations: Sequence[str]) -> list[TokenTrace]:
    """The tokens of each continuation, as if the model had drawn them at T=1 after the rendered prompt.

    Rows are padded on the right, which causal attention does not look at. No end-of-sequence token is added. Raises
    ConfigError when a continuation is empty or does not fit into the model's context.
    """
    prompt_ids = model.encode(prompt)
    rows = [_encoded(model, prompt, prompt_ids, text) for text in continuations]
    for ids, _ in rows:
        _check(model, len(prompt_ids), len(ids))
    longest = max((len(ids) for ids, _ in rows), default=1)
    at_once = max(1, MOST_LOGITS // (longest * model.network.config.get_text_config(decoder=True).vocab_size))
    parts = [rows[start : start + at_once] for start in range(0, len(rows), at_once)]
    return [trace for part in parts for trace in _traces(model, prompt_ids, part)]


def _check(model: TransformersModel, prompt_tokens: int, tokens: int) -> None:
    if not prompt_tokens or not tokens:
        raise ConfigError("The prompt and each text to be scored must have at least one token.")
    window = model.context_length
    if window is not None and prompt_tokens + tokens > window:
        raise ConfigError(
            f"A prompt of {prompt_tokens} tokens and a text of {tokens} do not fit into the {window} tokens of "
            f"{model.name!r}. Leave the task out with --tasks."
        )


def _encoded(model: TransformersModel, prompt: str, prompt_ids: list[int], text: str) -> Encoded:
    """The ids of a continuation, and where each of its tokens ends in it (characters)."""
    start = len(prompt_ids)
    whole = _with_offsets(model, prompt + text)
    if whole[0][:start] == prompt_ids:
        return whole[0][start:], [end - len(prompt) for end in whole[1][start:]]
    return _with_offsets(model, text)  # the tokenizer joins the two at their border: they are encoded apart


def _with_offsets(model: TransformersModel, text: str) -> Encoded:
    found = model.tokenizer(text, add_special_tokens=False, verbose=False, return_offsets_mapping=True)
    return found["input_ids"], [end for _, end in found["offset_mapping"]]


@torch.inference_mode()
def _traces(model: TransformersModel, prompt_ids: list[int], rows: Sequence[Encoded]) -> list[TokenTrace]:
    longest = max(len(ids) for ids, _ in rows)
    padded = [prompt_ids + ids + [0] * (longest - len(ids)) for ids, _ in rows]
    mask = [[1] * (len(prompt_ids) + len(ids)) + [0] * (longest - len(ids)) for ids, _ in rows]
    network = model.network
    inputs = {
        "input_ids": torch.tensor(padded, device=network.device),
        "attention_mask": torch.tensor(mask, device=network.device),
        "logits_to_keep": longest + 1,
        "use_cache": False,
    }
    logits = network.module(**{name: each for name, each in inputs.items() if name in network.accepts}).logits
    logits = logits[:, -longest - 1 : -1]  # the last one says what would come after the texts
    return [_trace(logits[at, : len(ids)], ids, ends) for at, (ids, ends) in enumerate(rows)]


def _trace(logits: torch.Tensor, ids: list[int], ends: list[int]) -> TokenTrace:
    values = logits.double().log_softmax(dim=1)
    chosen = values.gather(1, torch.tensor(ids, device=values.device)[:, None])
    ranks = 1 + (values > chosen).sum(dim=1)
    entropies = -(values.exp() * values.clamp(min=-1e30)).sum(dim=1)
    logprobs = tuple(chosen[:, 0].tolist())
    return TokenTrace(
        tuple(ids), logprobs, logprobs, tuple(entropies.tolist()), tuple(map(int, ranks.tolist())), tuple(ends)
    )

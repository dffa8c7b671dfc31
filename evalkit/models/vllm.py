"""Models that vLLM runs in this process. Needs the package vllm (the extra `vllm`) and a device that it supports.

Written against vLLM's documentation of `LLM` and `SamplingParams`; it has not been run on such a device yet. vLLM draws
by itself, so samples do not follow `evalkit.sampling` token for token: each has a seed of its own, and nothing shapes
the distribution unless it is asked for.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models.tokenization import Tokenization
from evalkit.sampling import check_shaping, check_temperature, uniforms
from evalkit.stopping import Stops
from evalkit.types import Completion, Request, Shaping, StopReason, TokenTrace

SEEDS = 2**31
MOST_TOP_LOGPROBS = 1000
# `SamplingParams` refuses what is above, and raises to the lower one, with a warning, what lies between it and 0.
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.01, 2.0
DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


class VllmModel(Tokenization):
    """A folder or hub id. `dtype`, `context_length` (max_model_len), `tensor_parallel` (devices) and `memory` (share of
    each device's) are handed to vLLM. Raises ModelUnavailable.
    """

    def __init__(
        self,
        model: str = "",
        *,
        dtype: str = "auto",
        context_length: int | None = None,
        tensor_parallel: int = 1,
        memory: float = 0.9,
    ) -> None:
        self._vllm = _package()
        if not model:
            raise ModelUnavailable("Which model? Give it as vllm:FOLDER or vllm:OWNER/NAME.")
        try:
            self._engine = self._vllm.LLM(
                model=model,
                dtype=DTYPES.get(dtype, dtype),
                max_model_len=context_length,
                tensor_parallel_size=tensor_parallel,
                # Processes of its own, also inside a worker of Ray, whose GPUs it would else ask Ray for once more.
                distributed_executor_backend="mp" if tensor_parallel > 1 else None,
                gpu_memory_utilization=memory,
                generation_config="vllm",  # the model's own file would shape the distribution
                logprobs_mode="raw_logprobs",  # at T=1, before anything shapes them
                max_logprobs=MOST_TOP_LOGPROBS,
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelUnavailable(f"vLLM cannot load {model!r}: {' '.join(str(error).split())[:300]}") from error
        super().__init__(self._engine.get_tokenizer(), f"vllm:{model}")

    @property
    def context_length(self) -> int:
        """Tokens that prompt and completion may have together."""
        return int(self._engine.llm_engine.model_config.max_model_len)

    def describe(self) -> Mapping[str, object]:
        """The model's name, dtype and the versions that decide what is drawn."""
        return {
            "name": self.name,
            "engine": "vllm",
            "dtype": str(self._engine.llm_engine.model_config.dtype),
            "context_length": self.context_length,
            "versions": {name: version(name) for name in ("vllm", "torch", "transformers")},
        }

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield (position, completion) once vLLM has drawn them all. Raises ConfigError before anything is drawn."""
        for request in requests:
            check(request)
        prompts = [{"prompt_token_ids": self.encode(request.prompt)} for request in requests]
        settings = [self._vllm.SamplingParams(**sampling(request)) for request in requests]
        outputs = self._engine.generate(prompts, settings, use_tqdm=False) if requests else []
        for position, (request, output) in enumerate(zip(requests, outputs, strict=True)):
            yield position, completion(request, output)


def check(request: Request) -> None:
    """Raises ConfigError for what vLLM would refuse, or silently change."""
    temperature = request.key.cell.temperature
    check_temperature(temperature)
    check_shaping(request.shaping)
    if temperature != 0 and not LOWEST_TEMPERATURE <= temperature <= HIGHEST_TEMPERATURE:
        able = f"0 or from {LOWEST_TEMPERATURE} to {HIGHEST_TEMPERATURE}"
        raise ConfigError(f"vLLM draws at temperature {able}, not at {temperature:g}.")
    if request.top_logprobs > MOST_TOP_LOGPROBS:
        raise ConfigError(f"vLLM is asked for at most {MOST_TOP_LOGPROBS} --top-logprobs, not {request.top_logprobs}.")


def sampling(request: Request) -> dict[str, Any]:
    """The arguments of `SamplingParams` for one sample."""
    shaping = request.shaping
    [first] = uniforms(request.seed, request.key, 1)
    return {
        "temperature": request.key.cell.temperature,
        "top_p": 1.0 if shaping.top_p is None else shaping.top_p,
        "top_k": -1 if shaping.top_k is None else shaping.top_k,
        "min_p": shaping.min_p or 0.0,
        "repetition_penalty": 1.0 if shaping.repetition_penalty is None else shaping.repetition_penalty,
        "seed": int(first * SEEDS),
        "max_tokens": request.max_new_tokens,
        "stop": list(request.stop),
        "logprobs": max(1, request.top_logprobs),
        "skip_special_tokens": False,
    }


def completion(request: Request, output: Any) -> Completion:
    """What evalkit keeps of a `RequestOutput` of one sample."""
    [drawn] = output.outputs
    ids, text, reason = tuple(drawn.token_ids), drawn.text, _reason(drawn)
    steps = list(drawn.logprobs or [])
    if reason is StopReason.EOS and steps:
        text = text.removesuffix(steps[-1][ids[-1]].decoded_token or "")  # special tokens are not skipped
    found = Stops(request.stop, request.stop_after_definition).find(text)
    if found is not None:
        text, reason = text[: found[0]], found[1]
    return Completion(text, reason, len(output.prompt_token_ids), _trace(ids, steps, text, request))


def _reason(drawn: Any) -> StopReason:
    if drawn.finish_reason == "length":
        return StopReason.MAX_NEW_TOKENS
    return StopReason.STOP_STRING if isinstance(drawn.stop_reason, str) else StopReason.EOS


def _trace(ids: tuple[int, ...], steps: Sequence[Mapping[int, Any]], text: str, request: Request) -> TokenTrace:
    own = [step[token] for token, step in zip(ids, steps, strict=True)]
    logprobs = tuple(float(each.logprob) for each in own)
    ends, spelled = [], 0
    for each in own:
        spelled += len(each.decoded_token or "")
        ends.append(min(spelled, len(text)))
    wanted = request.top_logprobs
    tops = [sorted(step.items(), key=lambda item: item[1].rank)[:wanted] for step in steps] if wanted else []
    return TokenTrace(
        ids,
        logprobs,
        _drawn(logprobs, request),
        (math.nan,) * len(ids),  # the whole distribution is not told
        tuple(int(each.rank) for each in own),
        tuple(ends),
        tuple(tuple(token for token, _ in top) for top in tops),
        tuple(tuple(float(each.logprob) for _, each in top) for top in tops),
    )


def _drawn(logprobs: tuple[float, ...], request: Request) -> tuple[float, ...]:
    """Known at T=1 and at T=0, where all weight is on one token."""
    temperature = request.key.cell.temperature
    if temperature == 0:
        return (0.0,) * len(logprobs)
    return logprobs if temperature == 1 and request.shaping == Shaping() else (math.nan,) * len(logprobs)


def _package() -> Any:
    try:
        import vllm
    except (ImportError, OSError) as error:  # OSError: a library of the device is missing
        need = "Models of vLLM need its package: pip install 'evalkit[vllm]'"
        raise ModelUnavailable(f"{need} ({error}).") from error
    return vllm

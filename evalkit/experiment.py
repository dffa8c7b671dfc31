"""The settings of a run: what each may be, with the description that error messages end in."""

import os
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

BACKEND_OPTIONS = (
    "base_url",
    "api_key_env",
    "concurrency",
    "request_timeout",
    "retries",
    "samples_per_request",
    "price_input",
    "price_output",
    "tokenizer",
)
DEFAULT_MODEL = "smollm2-135m-instruct"


def _as_tuple(value: object) -> object:
    """A single value stands for a list of one, so that `temperature: 0.8` needs no brackets."""
    if isinstance(value, list | tuple):
        return tuple(value)
    return value if value is None else (value,)


def _without_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """A grid value given twice is one cell, not two: the random streams would be the same."""
    if not values:
        raise ValueError("empty")
    return tuple(dict.fromkeys(values))


def _on_or_off(value: object) -> object:
    """YAML reads a bare on or off as true or false."""
    values = _as_tuple(value)
    if not isinstance(values, tuple):
        return values
    return tuple({True: "on", False: "off"}[each] if isinstance(each, bool) else each for each in values)


def _as_contrasts(value: object) -> object:
    """Lists of lists, as YAML and JSON have them."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(tuple(each) if isinstance(each, list) else each for each in value)


def _positive_zero(value: float) -> float:
    """-0.0 becomes 0.0: they are one temperature but would be two cell keys."""
    return value + 0.0


Name = Annotated[str, Field(min_length=1)]
Temperature = Annotated[float, Field(ge=0, allow_inf_nan=False), AfterValidator(_positive_zero)]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_as_tuple), AfterValidator(_without_repeats)]
Temperatures = Annotated[tuple[Temperature, ...], BeforeValidator(_as_tuple), AfterValidator(_without_repeats)]
Positions = Annotated[
    tuple[Literal["start", "middle", "end"], ...], BeforeValidator(_as_tuple), AfterValidator(_without_repeats)
]
Retrievals = Annotated[tuple[Literal["on", "off"], ...], BeforeValidator(_on_or_off), AfterValidator(_without_repeats)]
Factor = Literal["model", "temperature", "identifiers", "prompt", "position", "filler_tokens", "retrieval"]
Contrasts = Annotated[tuple[tuple[Factor, str | float, str | float], ...], BeforeValidator(_as_contrasts)]
AtLeastOne = Annotated[int, Field(ge=1)]
TokenCounts = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], BeforeValidator(_as_tuple), AfterValidator(_without_repeats)
]


class Experiment(BaseModel):
    """One experiment. The descriptions say what is allowed and end up in the error messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    suite: Name = Field(description="the name of a suite or the path of a suite's folder")
    model: Names = Field((DEFAULT_MODEL,), description="a model name, or a list of them")
    temperature: Temperatures = Field((0.8,), description="a finite number of at least 0, or a list of them")
    identifiers: Names = Field(("snake_case",), description="an identifier style, or a list of them")
    prompt: Names = Field(("chat",), description="a prompt style, or a list of them")
    position: Positions = Field(("end",), description="start, middle or end, or a list of them")
    filler_tokens: TokenCounts = Field((0,), description="a whole number of at least 0, or a list of them")
    retrieval: Retrievals = Field(("off",), description="on or off, or a list of them")
    samples: AtLeastOne = Field(5, description="a whole number of at least 1")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="a whole number from 0 to 2**63 - 1")
    max_new_tokens: AtLeastOne = Field(512, description="a whole number of at least 1")
    top_k: AtLeastOne | None = Field(None, description="a whole number of at least 1, or null")
    top_p: Annotated[float, Field(gt=0, le=1)] | None = Field(None, description="a number above 0, at most 1, or null")
    min_p: Annotated[float, Field(ge=0, le=1)] | None = Field(None, description="a number from 0 to 1, or null")
    repetition_penalty: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="a finite number above 0, or null"
    )
    stop_after_definition: bool = Field(False, description="true or false")
    top_logprobs: Annotated[int, Field(ge=0, le=1000)] = Field(0, description="a whole number from 0 to 1000")
    contrasts: Contrasts = Field(
        (), description="a list of [factor, level, other level], such as [temperature, 0, 0.8]"
    )
    sandbox: Name = Field("auto", description="auto or the name of a sandbox")
    runtime: Name | None = Field(None, description="the name of a container runtime, or null")
    workers: AtLeastOne = Field(default_factory=lambda: os.cpu_count() or 1, description="a whole number of at least 1")
    allow_unisolated: bool = Field(False, description="true or false")
    cpu_floor: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        4.0, description="a finite number of seconds above 0"
    )
    cpu_factor: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        10.0, description="a finite number of at least 0"
    )
    repeat_verdicts: AtLeastOne = Field(1, description="a whole number of at least 1")
    reuse_verdicts: bool = Field(True, description="true or false")
    base_url: Name | None = Field(
        None, description="the address of a server, such as http://localhost:8000/v1, or null"
    )
    api_key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = Field(
        None, description="the name of the environment variable that holds the key (never the key itself), or null"
    )
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="a whole number from 1 to 1000, or null"
    )
    request_timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="a finite number of seconds above 0, or null"
    )
    retries: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="a whole number from 0 to 100, or null"
    )
    samples_per_request: Annotated[int, Field(ge=1, le=128)] | None = Field(
        None, description="a whole number from 1 to 128, or null"
    )
    price_input: Price | None = Field(None, description="a finite number of at least 0 (for a million tokens), or null")
    price_output: Price | None = Field(
        None, description="a finite number of at least 0 (for a million tokens), or null"
    )
    tokenizer: Name | None = Field(None, description="a starter model, a folder, a GGUF file or a hub id, or null")
    model_options: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="a mapping of a backend's further options to their values"
    )
    dtype: Literal["auto", "fp32", "bf16", "fp16", "int8"] = Field("auto", description="auto, fp32, bf16, fp16 or int8")
    device: Name = Field("auto", description="auto, cpu, cuda, cuda:N or mps")
    device_map: Literal["auto", "balanced", "sequential"] | None = Field(
        None, description="auto, balanced or sequential (layers spread over all devices), or null"
    )
    batch_size: AtLeastOne | None = Field(None, description="a whole number of at least 1, or null")
    strict: bool = Field(False, description="true or false")
    out: Name | None = Field(None, description="the path of a folder that does not exist yet, or null")
    tasks: Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)] = Field(
        (), description="a task id or pattern such as 'parse_*', or a list of them"
    )
    tags: Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)] = Field(
        (), description="a tag that tasks must have, or a list of tags of which they must have one"
    )
    shuffle: int | None = Field(None, strict=True, description="a whole number (the seed of another order), or null")
    limit: AtLeastOne | None = Field(None, description="a whole number of at least 1, or null")
    unit_size: AtLeastOne | None = Field(None, description="a whole number of at least 1, or null")

    @property
    def backend_options(self) -> dict[str, object]:
        """The options that were given for models of backends, by name."""
        given = {key: getattr(self, key) for key in BACKEND_OPTIONS}
        return {**{key: value for key, value in given.items() if value is not None}, **self.model_options}

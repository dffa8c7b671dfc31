"""What one decode step costs: by length of the shared prompt, by batch size, against the memory, and where it goes.

python benchmarks/steps.py [--model NAME] [--dtype fp32] [--threads 2]
"""

import argparse
import os
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as evalkit does; read when torch is imported
os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # likewise
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # likewise; read when NumPy is imported
import numpy as np
import torch
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from evalkit.models import load_model
from evalkit.models.attention import NAME
from evalkit.models.batch import Batch, Settings
from evalkit.models.joining import JoinedLinear
from evalkit.models.packing import PackedLinear
from evalkit.models.rows import plan
from evalkit.models.transformers import TransformersModel
from evalkit.types import Cell, Request, SampleKey

LINEAR = ("aten::mm", "aten::addmm", "mkldnn::_linear_pointwise", "quantized::linear_dynamic")
PRODUCTS = (*LINEAR, "aten::bmm", "aten::baddbmm", "aten::_softmax")
HOT = 5.0  # a temperature at which samples differ from the first token on
KERNELS = "aten::_scaled_dot_product"  # what the names of torch's own begin with
ATTENTION = "attention"


def prompt_of(model: TransformersModel, tokens: int) -> str:
    """Code of a given length."""
    text = "".join(f"def step_{number}(value):\n    return value + {number}\n\n" for number in range(tokens))
    return model.decode(model.encode(text)[:tokens])


def step_times(model: TransformersModel, tokens: int, rows: int, grouped: bool, steps: int = 12) -> tuple[float, float]:
    """Median clock and processor milliseconds of a decode step."""
    batch = stepping(model, tokens, rows, grouped)
    next(batch)
    clocks, processors = [], []
    for _ in range(steps):
        clock, processor = time.perf_counter(), time.process_time()
        next(batch)
        clocks.append(time.perf_counter() - clock)
        processors.append(time.process_time() - processor)
    return 1000 * statistics.median(clocks), 1000 * statistics.median(processors)


def stepping(model: TransformersModel, tokens: int, rows: int, grouped: bool) -> Iterator[None]:
    """Advances a batch by one step each time; the prompt is read before the first."""
    prompt = prompt_of(model, tokens)
    keys = [SampleKey("step", Cell(model.name, HOT, "step", "step"), index) for index in range(rows)]
    waiting = deque(plan([Request(key, prompt, 0, 64) for key in keys], model.encode, model.decode))
    batch = Batch(model.network, Settings(rows, tokens + 64, frozenset(), grouped=grouped, drafts=0))
    batch.advance(waiting)
    while len(batch.rows) < rows:  # samples are one row until they differ
        batch.advance(waiting)
    while True:
        yield
        batch.advance(waiting)


def show_steps(model: TransformersModel, single: TransformersModel) -> None:
    """What a step costs; `single` was loaded to draw one sample at a time."""
    print(f"{model.name} {model.dtype}, {torch.get_num_threads()} threads; median ms of a step, draw included")
    print("rows, tokens of shared prompt: clock, processor; the same without attending together")
    for rows, tokens in ((32, 32), (32, 250), (32, 1000), (32, 2000), (1, 250), (8, 250), (64, 250)):
        together, apart = (step_times(model, tokens, rows, grouped) for grouped in (True, False))
        print(
            f"{rows:4} {tokens:6}: {together[0]:7.1f} {together[1]:7.1f}; {apart[0]:7.1f} {apart[1]:7.1f}", flush=True
        )
    bandwidth = memory_bandwidth()
    weights = model.parameters * next(model.network.module.parameters()).element_size()
    alone = step_times(single, 64, 1, False)[0] / 1000
    print(
        f"batch 1: {1 / alone:.1f} tokens/s; memory {bandwidth / 1e9:.1f} GB/s allows {bandwidth / weights:.1f}: "
        f"{weights / bandwidth / alone:.0%}"
    )
    profile(model)


def memory_bandwidth() -> float:
    """Bytes a second, read by a sum over more than the caches hold."""
    values = torch.ones(2**28)
    return values.numel() * values.element_size() / fastest(lambda: values.sum())[0]


def fastest(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Clock and processor seconds of the fastest of several times."""
    clocks, processors = [], []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - clock)
        processors.append(time.process_time() - processor)
    return min(clocks), min(processors)


@torch.inference_mode()
def show_products(model: TransformersModel) -> None:
    """All linear layers of a step by themselves: with weights as they are stored, and as evalkit has them."""
    kinds = torch.nn.Linear | PackedLinear | JoinedLinear
    layers = [each for each in model.network.module.modules() if isinstance(each, kinds) and each.bias is None]
    others = OTHERS.get(model.dtype, {})
    if not others or not layers:
        return
    stored = [each.weight.contiguous() for each in layers]
    together = [weight.contiguous() for weight in side_by_side(layers)]
    ways: list[tuple[str, list[torch.Tensor], list[Any], Multiply]] = [
        ("torch", stored, stored, torch.nn.functional.linear)
    ]
    ways += [(name, stored, [prepare(each) for each in stored], by) for name, (prepare, by) in others.items()]
    prepare, by = PACKED
    ways += [("packed, joined", together, [prepare(each) for each in together], by)]
    print(f"linear layers, rows: {'; '.join(name for name, *_ in ways)}: clock and processor ms of each")
    for rows in (1, 4, 8, 32, 64, 128):
        times = [fastest(partial(multiply_all, by, values_for(plain, rows), made)) for _, plain, made, by in ways]
        print(f"{rows:4}: " + "; ".join(f"{1000 * c:7.1f} {1000 * p:7.1f}" for c, p in times), flush=True)
    for name, plain, made, by in ways:
        by_shape = {each.shape: weight for each, weight in zip(plain, made, strict=True)}
        sizes = rounded_otherwise(by, by_shape, stored[0].dtype)
        print(f"batches up to 64 that round a row otherwise than 128 rows, {name}: {sizes or 'none'}", flush=True)


def side_by_side(layers: list[Any]) -> list[torch.Tensor]:
    """The weights that evalkit multiplies by: several layers' in one where they are given the same values."""
    made = {id(each): each for each in (getattr(layer, "product", layer) for layer in layers)}
    return [getattr(each, "layer", each).weight for each in made.values()]


def values_for(weights: list[torch.Tensor], rows: int) -> list[torch.Tensor]:
    """Random values for each weight."""
    return [torch.randn(rows, each.shape[1], dtype=each.dtype) for each in weights]


def rounded_otherwise(multiply: "Multiply", weights: dict[torch.Size, Any], dtype: torch.dtype) -> list[int]:
    """Sizes of batches in which a row has other bits than among 128 rows, for a weight of any of these shapes."""
    found: set[int] = set()
    for shape, weight in weights.items():
        values = torch.randn(128, shape[1], dtype=dtype)
        together = torch.as_tensor(multiply(values, weight))
        found |= {
            count
            for count in range(1, 65)
            if not torch.equal(torch.as_tensor(multiply(values[:count], weight)), together[:count])
        }
    return sorted(found)


def multiply_all(multiply: "Multiply", inputs: list[torch.Tensor], weights: list[Any]) -> None:
    """Each layer's input by its weight."""
    for values, weight in zip(inputs, weights, strict=True):
        multiply(values, weight)


Multiply = Callable[[Any, Any], object]
PACKED = (torch.ops.mkldnn._reorder_linear_weight, lambda x, w: PackedLinear.multiply(x, w, None))
OTHERS: dict[str, dict[str, tuple[Callable[[torch.Tensor], Any], Multiply]]] = {
    "fp32": {
        "packed": PACKED,
        "NumPy's BLAS": (lambda w: np.ascontiguousarray(w.numpy().T), lambda x, w: x.numpy() @ w),
    },
    "bf16": {"packed": PACKED},
}


def profile(model: TransformersModel, rows: int = 32, tokens: int = 250, steps: int = 8) -> None:
    """Where the time of a step goes."""
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile as profiler

    batch = stepping(model, tokens, rows, True)
    next(batch)
    with named_attention(), profiler(activities=[ProfilerActivity.CPU]) as found:
        for _ in range(steps):
            next(batch)
    events = found.key_averages()
    total = sum(event.self_cpu_time_total for event in events)
    inside = [event for event in events if event.key in PRODUCTS or event.key.startswith(KERNELS)]
    share = sum(event.self_cpu_time_total for event in inside) / total
    layers = sum(event.self_cpu_time_total for event in events if event.key in LINEAR)
    attention = sum(event.cpu_time_total for event in events if event.key == ATTENTION)
    print(f"profile of {steps} steps, {rows} rows, {tokens} tokens of prompt:")
    # The first share is that of earlier tables; it leaves out what attention does between its kernels.
    print(f"{share:.1%} in matrix products and the kernels of attention")
    print(f"{(layers + attention) / total:.1%} in linear layers and everything that attention does")
    for event in sorted(events, key=lambda each: -each.self_cpu_time_total)[:14]:
        print(f"  {event.key:44} {event.self_cpu_time_total / total:6.1%} {event.count // steps:5} a step")


@contextmanager
def named_attention() -> Iterator[None]:
    """Meanwhile a profile has a line for everything that attention does, its kernels included."""
    attend = ALL_ATTENTION_FUNCTIONS[NAME]

    def named(*arguments: Any, **options: Any) -> Any:
        with torch.profiler.record_function(ATTENTION):
            return attend(*arguments, **options)

    ALL_ATTENTION_FUNCTIONS.register(NAME, named)
    try:
        yield
    finally:
        ALL_ATTENTION_FUNCTIONS.register(NAME, attend)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--threads", type=int, help="on a busy machine 1 is far quicker than 2")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    model = load_model(options.model, dtype=options.dtype, fetch=True)
    single = load_model(options.model, dtype=options.dtype, batch_size=1)
    if not isinstance(model, TransformersModel) or not isinstance(single, TransformersModel):
        sys.exit("only models that transformers loads can be measured")
    show_products(model)
    show_steps(model, single)


if __name__ == "__main__":
    main()

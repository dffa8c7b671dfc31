"""What a decode step takes with linear layers apart and with those of the same values joined, in alternation.

python benchmarks/joining.py [--model NAME] [--dtype int8] [--steps 50]
"""

import argparse
import statistics
import time
from collections.abc import Iterator

import steps
from steps import TransformersModel, stepping

from evalkit.models import joining, load_model

SIZES = ((1, 64), (4, 64), (8, 64), (32, 250), (64, 250))  # rows, tokens of shared prompt


def load(options: argparse.Namespace, joined: bool) -> TransformersModel:
    """The model, with or without joining."""
    find = joining._given_the_same
    joining._given_the_same = find if joined else lambda _: []
    try:
        model = load_model(options.model, dtype=options.dtype, fetch=True)
    finally:
        joining._given_the_same = find
    assert isinstance(model, TransformersModel)
    return model


def timed(batch: Iterator[None]) -> tuple[float, float]:
    """Clock and processor milliseconds of a step."""
    clock, processor = time.perf_counter(), time.process_time()
    next(batch)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def compare(apart: TransformersModel, joined: TransformersModel, rows: int, tokens: int, count: int) -> str:
    """A line of the table."""
    batches = [stepping(model, tokens, rows, True) for model in (apart, joined)]
    for batch in batches:
        next(batch)
    times = [[timed(batch) for batch in batches] for _ in range(count)]
    medians = [[statistics.median(each[way][kind] for each in times) for kind in (0, 1)] for way in (0, 1)]
    shown = "; ".join(f"{clock:7.1f} {processor:7.1f}" for clock, processor in medians)
    return f"{rows:4} {tokens:6}: {shown}; {medians[1][0] / medians[0][0]:.2f} of the time"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--steps", type=int, default=50, help="of each, at most 60")
    options = parser.parse_args()
    apart, joined = (load(options, each) for each in (False, True))
    print(f"{joined.name} {joined.dtype}, {steps.torch.get_num_threads()} threads; median ms of a step, draw included")
    print("rows, tokens of shared prompt: clock, processor of layers apart; of joined ones")
    for rows, tokens in SIZES:
        print(compare(apart, joined, rows, tokens, options.steps), flush=True)


if __name__ == "__main__":
    main()

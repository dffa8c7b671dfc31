"""What drafts of the next tokens bring: the same samples with and without them, by batch size, in one run.

    python benchmarks/drafts.py [--model NAME] [--limit 3] [--samples 5] [--batch 1 --batch 16] [--prompt chat]

A step without drafts has one token of each row. `fed` are the tokens that the network is given in a step, `drawn` those
that samples got. Batch 1 is also held against the memory: what it can hand over the weights for, once for each token.
Samples differ where rounding flips a draw, hence the different totals.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as evalkit does; read when torch is imported
os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # likewise
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # likewise; read when NumPy is imported
from generation import add_grid, counted_tokens, requests_of
from steps import memory_bandwidth

from evalkit.models import load_model
from evalkit.models.batch import TOKENS_PER_STEP, Settings
from evalkit.models.decoding import decode_batched
from evalkit.models.rows import plan
from evalkit.models.transformers import TransformersModel
from evalkit.types import Request


@dataclass(frozen=True)
class Drawn:
    """What was drawn with one batch size."""

    tokens: int
    steps: int
    fed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return self.tokens / self.seconds

    def line(self, name: str, other: "Drawn | None" = None) -> str:
        """One row of the table; `other` is what it is compared with."""
        text = f"{name:26} {self.tokens:7,} tokens {self.seconds:7.1f} s {self.rate:7.1f} tokens/s"
        text += f"; a step: {self.fed / self.steps:5.1f} fed, {self.tokens / self.steps:5.1f} drawn"
        text += f", {1000 * self.seconds / self.steps:6.1f} ms"
        return text + (f"  ratio {self.rate / other.rate:.2f}" if other else "")


def draw(model: TransformersModel, requests: Sequence[Request], batch_size: int, drafts: int) -> Drawn:
    """Draw all samples."""
    groups = plan(requests, model.encode, model.decode)
    longest = max(len(group.prompt_ids) for group in groups) + max(each.max_new_tokens for each in requests)
    settings = Settings(batch_size, longest, model.eos, drafts=drafts)
    with counted_tokens(model) as fed:
        clock = time.perf_counter()
        found = dict(decode_batched(model.network, groups, settings))
        seconds = time.perf_counter() - clock
    return Drawn(sum(len(each.tokens.ids) for each in found.values()), len(fed), sum(fed), seconds)


def show(model: TransformersModel, requests: Sequence[Request], batch_sizes: Sequence[int]) -> None:
    """A pair of rows for each batch size, each flushed as soon as it is measured: the whole takes minutes."""
    prompts = len({each.prompt for each in requests})
    print(f"{model.name} {model.dtype}: {len(requests)} samples of {prompts} prompts", flush=True)
    for size in batch_sizes:
        plain = draw(model, requests, size, 0)
        print(plain.line(f"batch {size}"), flush=True)
        drafted = draw(model, requests, size, TOKENS_PER_STEP)
        print(drafted.line(f"batch {size}, with drafts", plain), flush=True)
        if size == 1:
            weights = model.parameters * next(model.network.module.parameters()).element_size()
            limit = memory_bandwidth() / weights
            print(
                f"  memory hands over the weights {limit:.1f} times a second: {plain.rate / limit:.0%} without drafts, "
                f"{drafted.rate / limit:.0%} with them",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_grid(parser, limit=3)
    options = parser.parse_args()
    options.temperature = options.temperature or [0.2, 0.8]
    model = load_model(options.model, dtype=options.dtype, fetch=True)
    if not isinstance(model, TransformersModel):
        sys.exit("only models that transformers loads can be measured")
    draw(model, requests_of(model, options)[:2], 2, 0)  # what is done once is done
    show(model, requests_of(model, options), options.batch or [1, 4, 16, 64])


if __name__ == "__main__":
    main()

"""How rarely rounding flips a draw: the same requests drawn in different batches, and where their tokens part.

    python benchmarks/rounding.py [--model NAME] [--limit 8] [--samples 4] [--max-new-tokens 128]

Counted, with `--count`: the reference is `--strict`, one row at a time on one thread. Each other way draws the same
requests; of two samples that differ only the first token that differs counts, as all later ones follow from it.

Expected, always: rows are stepped through tokens that were drawn, once each alone and once all together. Where the two
cumulative distributions differ lie the uniforms that would draw another token; their share is the chance of a flip.
That needs far fewer tokens than waiting for a flip to happen.
"""

import argparse
import os
import time
from collections.abc import Sequence

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as evalkit does; read when torch is imported
os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # likewise
import torch

from evalkit.config import load_experiment
from evalkit.models import load_model
from evalkit.models.batch import Settings
from evalkit.models.cache import RowCache
from evalkit.models.decoding import decode_batched
from evalkit.models.rows import plan
from evalkit.models.transformers import TransformersModel
from evalkit.run.models import Models
from evalkit.run.pipeline import ask
from evalkit.run.plan import plan as plan_run
from evalkit.suites import load_suite
from evalkit.types import Request

Tokens = dict[int, tuple[int, ...]]


def drawn(model: TransformersModel, requests: Sequence[Request], size: int, sharing: bool) -> tuple[Tokens, float]:
    """Token ids by position, and processor seconds."""
    groups = plan(requests, model.encode, model.decode)
    begun = time.process_time()
    found = decode_batched(model.network, groups, Settings(size, 2048, model.eos, sharing=sharing))
    tokens = {position: completion.tokens.ids for position, completion in found}
    return tokens, time.process_time() - begun


def first_difference(mine: Sequence[int], other: Sequence[int]) -> int | None:
    """Where two samples part."""
    pairs = zip(mine, other, strict=False)
    return next((index for index, (one, two) in enumerate(pairs) if one != two), None)


def compare(reference: Tokens, other: Tokens) -> tuple[int, int]:
    """Samples that part, and the tokens that were compared until they did."""
    places = {position: first_difference(ids, other[position]) for position, ids in reference.items()}
    compared = sum(len(reference[position]) if place is None else place + 1 for position, place in places.items())
    return sum(place is not None for place in places.values()), compared


def chance_of_flip(mine: torch.Tensor, other: torch.Tensor, temperature: float) -> float:
    """The share of uniforms that draw another token from `other` (logits) than from `mine`."""
    ends = [(each.double() / temperature).softmax(-1).cumsum(-1) for each in (mine, other)]
    begins = [torch.nn.functional.pad(each[:-1], (1, 0)) for each in ends]
    same = ends[0].minimum(ends[1]) - begins[0].maximum(begins[1])
    return max(0.0, 1.0 - float(same.clamp(min=0).sum()))


def expected(
    model: TransformersModel, prompt: str, samples: Sequence[Sequence[int]], temperature: float
) -> list[float]:
    """The chance of a flip at each token, for rows alone and the same rows together."""
    prefix = model.network.read(model.encode(prompt))
    longest = min(map(len, samples))
    apart = [RowCache(1, model.network.device) for _ in samples]
    for cache in apart:
        cache.enter(prefix, 1)
    together = model.network.shared_cache(len(samples), prefix.tokens + longest, prefix)
    together.enter(prefix, len(samples))
    chances = []
    for step in range(longest - 1):
        tokens = [ids[step] for ids in samples]
        logits = model.network.step(tokens, together.inputs())
        for row, (token, cache) in enumerate(zip(tokens, apart, strict=True)):
            alone = model.network.step([token], cache.inputs())
            chances.append(chance_of_flip(alone[0], logits[row], temperature))
    return chances


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--limit", type=int, default=8)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--max-new-tokens", type=int, default=128)
    parser.add_argument("--count", action="store_true", help="draw everything in several ways, too; slow")
    options = parser.parse_args()
    given = {"suite": "starter", "temperature": (0.2, 0.8, 1.5), "samples": options.samples, "limit": options.limit}
    model = load_model(options.model, dtype=options.dtype, fetch=True)
    assert isinstance(model, TransformersModel)
    settings = {**given, "model": (model.name,), "max_new_tokens": options.max_new_tokens}
    the_plan = plan_run(load_experiment(None, settings), load_suite("starter"))
    models = Models(the_plan, lambda _: model)
    requests = [ask(the_plan, key, models) for key in the_plan.keys]
    torch.set_num_threads(1)
    show_expected(model, requests)
    if options.count:
        show_counted(model, requests)


def show_expected(model: TransformersModel, requests: Sequence[Request]) -> None:
    """The chance of a flip, by temperature."""
    tokens, _ = drawn(model, requests, 32, sharing=True)
    for temperature in sorted({each.key.cell.temperature for each in requests}):
        chances = []
        for prompt in dict.fromkeys(each.prompt for each in requests):
            pairs = enumerate(requests)
            rows = [
                tokens[at] for at, each in pairs if (each.prompt, each.key.cell.temperature) == (prompt, temperature)
            ]
            chances += expected(model, prompt, [ids for ids in rows if len(ids) > 8], temperature)
        mean = sum(chances) / len(chances)
        print(
            f"T={temperature}: chance of a flip {mean:.1e} a token (largest {max(chances):.1e}), {len(chances)} tokens"
        )


def show_counted(model: TransformersModel, requests: Sequence[Request]) -> None:
    """How many samples part."""
    reference, seconds = drawn(model, requests, 1, sharing=False)
    total = sum(map(len, reference.values()))
    print(f"{model.name} {model.dtype}: {len(requests)} samples, {total:,} tokens; strict {seconds:.0f} processor s")
    for size, sharing in ((1, True), (8, False), (8, True), (32, True)):
        tokens, seconds = drawn(model, requests, size, sharing)
        parted, compared = compare(reference, tokens)
        name = f"batch {size:2}, prompts {'shared' if sharing else 'apart '}"
        print(f"{name}: {parted} of {len(requests)} samples part, in {compared:,} tokens; {seconds:.0f} processor s")


if __name__ == "__main__":
    main()

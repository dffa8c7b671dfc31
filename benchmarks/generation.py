"""How fast samples are drawn: evalkit's engine against `generate` of transformers, on a suite's grid, in one run.

    python benchmarks/generation.py [--model NAME] [--limit 8] [--samples 5] [--batch 8 --batch 32] [--llama FILE.gguf]

Both sides draw the same number of samples for the same prompts, temperatures, stops and max_new_tokens, with the same
weights in the same dtype (fp32 beside evalkit's int8), and record the log-probability of every token at T=1. `generate`
gets each batch size asked for, prompts of one temperature sorted by length, and is judged by its best. Tokens count up
to the end of a sample; what `generate` computes for samples that have ended does not. Temperature 0 must give the same
text on both sides, unless the dtype is int8. How many tokens evalkit's steps were given is shown: temperature 0 is
drawn once for all indices, samples that begin alike are one row, and drafts are given beforehand. Processor time is
shown too: where other programs run, it says more than the clock.

With `--llama` llama.cpp draws the same samples from a GGUF file of the model, at the file's own precision, with its own
samplers and without recording log-probabilities. Its package is built from source once, which takes minutes.

What one step costs is measured by steps.py.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as evalkit does; read when torch is imported
os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # likewise
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # likewise; read when NumPy is imported
import torch
from peers import environment

from evalkit.config import load_experiment
from evalkit.models import load_model
from evalkit.models.batch import Settings
from evalkit.models.decoding import decode_batched
from evalkit.models.loading import load_network
from evalkit.models.rows import Group, plan
from evalkit.models.transformers import TransformersModel
from evalkit.run.models import Models
from evalkit.run.pipeline import ask
from evalkit.run.plan import plan as plan_run
from evalkit.suites import load_suite
from evalkit.types import Cell, Request, SampleKey

LLAMA_CPP = "llama-cpp-python==0.3.36"


@dataclass(frozen=True)
class Rate:
    """What one side did."""

    name: str
    samples: int
    tokens: int
    seconds: float
    processor: float

    def line(self, other: "Rate | None" = None) -> str:
        """One row of the table; `other` is what it is compared with."""
        text = (
            f"{self.name:44} {self.tokens:7,} tokens {self.seconds:8.1f} s {self.tokens / self.seconds:7.1f} tokens/s"
        )
        text += f" {1000 * self.processor / self.tokens:7.2f} processor ms/token"
        if other is not None:
            clock = self.tokens / self.seconds / (other.tokens / other.seconds)
            work = other.processor / other.tokens / (self.processor / self.tokens)
            text += f"  ratio {clock:.2f}, by processor time {work:.2f}"
        return text


def measured(name: str, work: Callable[[], Sequence[int]]) -> Rate:
    """Time what returns the number of tokens of each sample."""
    clock, processor = time.perf_counter(), time.process_time()
    tokens = work()
    return Rate(name, len(tokens), sum(tokens), time.perf_counter() - clock, time.process_time() - processor)


def requests_of(model: TransformersModel, options: argparse.Namespace) -> list[Request]:
    """What a run of the suite would ask of the model."""
    given = {
        "model": (model.name,),
        "temperature": tuple(options.temperature),
        "samples": options.samples,
        "limit": options.limit,
        "max_new_tokens": options.max_new_tokens,
        "prompt": (options.prompt,),
    }
    the_plan = plan_run(load_experiment(None, {"suite": options.suite, **given}), load_suite(options.suite))
    models = Models(the_plan, lambda _: model)
    return [ask(the_plan, key, models) for key in the_plan.keys]


def draw_evalkit(model: TransformersModel, requests: Sequence[Request]) -> list[int]:
    """evalkit's engine as a run uses it."""
    return [len(completion.tokens.ids) for _, completion in model.generate(requests)]


@contextmanager
def counted_tokens(model: TransformersModel) -> Iterator[list[int]]:
    """The number of tokens that each step is given, meanwhile."""
    counts: list[int] = []
    step = model.network.step

    def counted(tokens: list[int] | torch.Tensor, inputs: dict[str, Any]) -> torch.Tensor:
        counts.append(len(tokens))
        return step(tokens, inputs)

    with patch.object(model.network, "step", counted):
        yield counts


def draw_without_sharing(model: TransformersModel, requests: Sequence[Request]) -> list[int]:
    """The same, but every sample reads its own prompt, and temperature 0 is drawn for each index."""
    groups: list[Group] = [group for each in requests for group in plan([each], model.encode, model.decode)]
    longest = max(len(group.prompt_ids) for group in groups) + max(each.max_new_tokens for each in requests)
    settings = Settings(model._rows_at_once(longest), longest, model.eos, sharing=False)
    return [len(completion.tokens.ids) for _, completion in decode_batched(model.network, groups, settings)]


def draw_generate(model: TransformersModel, requests: Sequence[Request], size: int) -> list[int]:
    """`generate`, in batches of one temperature."""
    lengths = []
    for temperature in sorted({each.key.cell.temperature for each in requests}):
        same = [each for each in requests if each.key.cell.temperature == temperature]
        same.sort(key=lambda each: len(each.prompt))
        for first in range(0, len(same), size):
            lengths += generate_batch(model, same[first : first + size], temperature)[1]
    return lengths


def generate_batch(
    model: TransformersModel, requests: Sequence[Request], temperature: float
) -> tuple[list[str], list[int]]:
    """Texts and numbers of tokens; log-probabilities at T=1 are computed, as evalkit does."""
    tokenizer, module = model.tokenizer, as_published(model)
    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    texts = [each.prompt for each in requests]
    inputs = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
    sampling: dict[str, Any] = {"do_sample": False}
    if temperature > 0:
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
    stops = {"stop_strings": list(requests[0].stop), "tokenizer": tokenizer} if requests[0].stop else {}
    with torch.inference_mode():
        found = module.generate(
            **inputs,
            **sampling,
            **stops,
            repetition_penalty=1.0,
            max_new_tokens=requests[0].max_new_tokens,
            eos_token_id=sorted(model.eos),
            pad_token_id=tokenizer.pad_token_id,
            return_dict_in_generate=True,
            output_logits=True,
        )
        ids = found.sequences[:, inputs["input_ids"].shape[1] :]
        logprobs = [
            logits.float().log_softmax(-1).gather(1, ids[:, [position]]) for position, logits in enumerate(found.logits)
        ]
    if not all(bool(each.isfinite().all()) for each in logprobs):
        raise SystemExit("generate gave log-probabilities that are not numbers")
    pairs = [ended(model, row.tolist(), request) for row, request in zip(ids, requests, strict=True)]
    return [text for text, _ in pairs], [count for _, count in pairs]


def draw_llama(model: TransformersModel, requests: Sequence[Request], file: Path, size: int) -> Rate:
    """llama.cpp, `size` samples at a time, in a process of its own; the time begins when its model is loaded."""
    asked = [
        {
            "ids": model.encode(each.prompt),
            "temperature": each.key.cell.temperature,
            "seed": index,
            "new": each.max_new_tokens,
            "stop": each.stop,
        }
        for index, each in enumerate(requests)
    ]
    python, script = environment(LLAMA_CPP) / "bin/python", Path(__file__).with_name("llama_batched.py")
    job = json.dumps({"batch": size, "threads": torch.get_num_threads(), "requests": asked})
    done = subprocess.run([python, script, file], input=job, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"llama.cpp failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    tokens = found["tokens"]
    return Rate(f"llama.cpp, batch {size}", len(tokens), sum(tokens), found["seconds"], found["processor"])


@cache
def as_published(model: TransformersModel) -> Any:
    """The model as transformers loads it: evalkit's own has other matrix products and another attention."""
    return load_network(model.folder, model.dtype, model.device)


def ended(model: TransformersModel, ids: list[int], request: Request) -> tuple[str, int]:
    """Text and number of tokens of a sample up to its end, end-of-sequence included."""
    end = next((index for index, token in enumerate(ids) if token in model.eos), None)
    if end is not None:
        return model.decode(ids[:end]), end + 1
    text = model.decode(ids)
    cuts = [text.index(stop) for stop in request.stop if stop in text]
    if not cuts:
        return text, len(ids)
    count = next(
        count for count in range(1, len(ids) + 1) if any(stop in model.decode(ids[:count]) for stop in request.stop)
    )
    return text[: min(cuts)], count


def check_greedy(model: TransformersModel, requests: Sequence[Request]) -> None:
    """Temperature 0 must give the same text on both sides; not with int8, whose logits are others than `generate`'s."""
    if model.dtype == "int8":
        return
    seen: dict[str, Request] = {}
    for each in requests:
        key = SampleKey(each.key.task_id, Cell(model.name, 0.0, "check", "check"), 0)
        seen.setdefault(each.prompt, Request(key, each.prompt, 0, 24, each.stop))
    for each in list(seen.values())[:3]:
        [(_, found)] = model.generate([each])
        [text], _ = generate_batch(model, [each], 0.0)
        if found.text != text:
            raise SystemExit(f"temperature 0 differs: {found.text!r}, generate {text!r}")


def compare(model: TransformersModel, options: argparse.Namespace) -> None:
    """The table."""
    requests = requests_of(model, options)
    check_greedy(model, requests)
    prompts = {each.prompt: len(model.encode(each.prompt)) for each in requests}
    print(
        f"{model.name} {model.dtype}, {torch.get_num_threads()} threads: "
        f"{len(requests)} samples of {len(prompts)} prompts "
        f"of {min(prompts.values())} to {max(prompts.values())} tokens, at most {options.max_new_tokens} new ones",
        flush=True,
    )
    peers: list[Rate] = []
    for size in options.batch:
        peers.append(measured(f"transformers generate, batch {size}", partial(draw_generate, model, requests, size)))
        print(peers[-1].line(), flush=True)
    best = max(peers, key=lambda peer: peer.tokens / peer.seconds)
    for size in options.batch if options.llama else ():
        print(draw_llama(model, requests, options.llama, size).line(best), flush=True)
    with counted_tokens(model) as given:
        ours = measured("evalkit", partial(draw_evalkit, model, requests))
    print(ours.line(best), flush=True)
    apart = measured("evalkit, prompts not shared", partial(draw_without_sharing, model, requests))
    print(apart.line(best), flush=True)
    print(
        f"evalkit: {ours.tokens:,} tokens in {len(given):,} steps that were given {sum(given):,}: "
        "equal beginnings of a prompt's samples once, and drafts"
    )
    means = [rate.tokens / rate.samples for rate in (best, ours, apart)]
    print("mean tokens of a sample:", ", ".join(f"{mean:.1f}" for mean in means))
    if max(means) > 1.5 * min(means):
        raise SystemExit("the sides drew samples of different lengths: the figures cannot be compared")


def add_grid(parser: argparse.ArgumentParser, limit: int | None = None) -> None:
    """The options that `requests_of` reads, the model and batch sizes."""
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--suite", default="starter")
    parser.add_argument("--prompt", default="chat")
    parser.add_argument("--limit", type=int, default=limit)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--temperature", type=float, action="append")
    parser.add_argument("--max-new-tokens", type=int, default=256)
    parser.add_argument("--batch", type=int, action="append")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_grid(parser)
    parser.add_argument("--llama", type=Path, metavar="FILE.gguf", help="compare with llama.cpp, too")
    parser.add_argument("--threads", type=int, help="of both sides; on a busy machine 1 is far quicker than 2")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    options.temperature = options.temperature or [0.2, 0.8]
    options.batch = options.batch or [8, 32]
    model = load_model(options.model, dtype=options.dtype, fetch=True)
    if not isinstance(model, TransformersModel):
        sys.exit("only models that transformers loads can be compared")
    compare(model, options)


if __name__ == "__main__":
    main()

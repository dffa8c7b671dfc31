"""Samples drawn by llama.cpp with its own samplers, many at a time: what benchmarks/generation.py compares with.

    python benchmarks/llama_batched.py FILE.gguf < requests.json

Reads {"batch": rows at once, "threads": ..., "requests": [{"ids", "temperature", "seed", "new", "stop"}]}, prints
{"tokens": [of each sample], "seconds", "processor"}. Requests that follow each other with the same prompt share it; a
sample that ends makes room for the next one. Runs in an environment that holds llama-cpp-python.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import llama_cpp as llama
import numpy as np

PREFILL = 512  # tokens of a prompt read at once


@dataclass
class Row:
    """One sample being drawn, as a sequence of llama.cpp."""

    number: int
    request: dict[str, Any]
    sequence: int
    sampler: Any
    ids: list[int] = field(default_factory=list)
    text: bytes = b""


class Engine:
    """A model with memory for `rows` sequences and one prompt, which is sequence `rows`."""

    def __init__(self, file: str, rows: int, longest: int, threads: int) -> None:
        llama.llama_backend_init()
        self.model = llama.llama_model_load_from_file(file.encode(), llama.llama_model_default_params())
        self.vocabulary = llama.llama_model_get_vocab(self.model)
        settings = llama.llama_context_default_params()
        settings.n_ctx, settings.n_seq_max, settings.kv_unified = (rows + 1) * longest, rows + 1, True
        settings.n_batch = settings.n_ubatch = max(PREFILL, rows)
        settings.n_threads = settings.n_threads_batch = threads
        self.context = llama.llama_init_from_model(self.model, settings)
        self.memory = llama.llama_get_memory(self.context)
        self.batch = llama.llama_batch_init(settings.n_batch, 0, 1)
        self.prompt_sequence = rows

    def decode(self, tokens: list[tuple[int, int, int, bool]]) -> None:
        """One pass over (token, position, sequence, whether its logits are wanted)."""
        self.batch.n_tokens = len(tokens)
        for index, (token, position, sequence, wanted) in enumerate(tokens):
            self.batch.token[index], self.batch.pos[index] = token, position
            self.batch.n_seq_id[index], self.batch.seq_id[index][0] = 1, sequence
            self.batch.logits[index] = wanted
        if llama.llama_decode(self.context, self.batch) != 0:
            raise SystemExit("llama.cpp has no room for the batch")

    def read(self, ids: list[int]) -> None:
        """All of a prompt but its last token, as the prompt's sequence."""
        llama.llama_memory_seq_rm(self.memory, self.prompt_sequence, -1, -1)
        body = [(token, position, self.prompt_sequence, False) for position, token in enumerate(ids[:-1])]
        for first in range(0, len(body), PREFILL):
            self.decode(body[first : first + PREFILL])

    def piece(self, token: int) -> bytes:
        """The bytes of one token."""
        buffer = bytes(64)
        size = llama.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, True)
        return buffer[: max(size, 0)]


def sampler_of(request: dict[str, Any]) -> Any:
    """Temperature and a draw from the softmax, or the largest."""
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    if request["temperature"] > 0:
        llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_temp(request["temperature"]))
        llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_dist(request["seed"]))
    else:
        llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_greedy())
    return chain


def draw(engine: Engine, requests: list[dict[str, Any]]) -> list[int]:
    """The number of tokens of each sample, in the requests' order."""
    waiting = list(reversed(list(enumerate(requests))))
    free, rows, read = list(range(engine.prompt_sequence)), [], None
    counts = [0] * len(requests)
    while waiting or rows:
        while waiting and free:
            number, request = waiting.pop()
            if read != request["ids"]:
                engine.read(request["ids"])
                read = request["ids"]
            row = Row(number, request, free.pop(), sampler_of(request))
            llama.llama_memory_seq_cp(engine.memory, engine.prompt_sequence, row.sequence, -1, -1)
            rows.append(row)
        engine.decode([step_of(row) for row in rows])
        for index, row in enumerate(rows):
            row.ids.append(llama.llama_sampler_sample(row.sampler, engine.context, index))
            row.text += engine.piece(row.ids[-1])
        for row in [row for row in rows if ended(engine, row)]:
            rows.remove(row)
            counts[row.number] = len(row.ids)
            free.append(row.sequence)
            llama.llama_memory_seq_rm(engine.memory, row.sequence, -1, -1)
            llama.llama_sampler_free(row.sampler)
    return counts


def step_of(row: Row) -> tuple[int, int, int, bool]:
    """The last token of a row, to be computed."""
    ids = row.request["ids"]
    return (row.ids or ids)[-1], len(ids) + len(row.ids) - 1, row.sequence, True


def ended(engine: Engine, row: Row) -> bool:
    """Whether the token drawn last is the sample's last one."""
    if len(row.ids) == row.request["new"] or llama.llama_vocab_is_eog(engine.vocabulary, row.ids[-1]):
        return True
    return any(stop.encode() in row.text for stop in row.request["stop"])


def main() -> None:
    """Draw and print."""
    asked = json.load(sys.stdin)
    longest = max(len(each["ids"]) + each["new"] for each in asked["requests"])
    engine = Engine(sys.argv[1], asked["batch"], longest, asked["threads"])
    draw(engine, [asked["requests"][0] | {"new": 2}])  # the first pass allocates
    clock, processor = time.perf_counter(), time.process_time()
    tokens = draw(engine, asked["requests"])
    seconds, spent = time.perf_counter() - clock, time.process_time() - processor
    assert np.all(np.array(tokens) > 0)
    print(json.dumps({"tokens": tokens, "seconds": seconds, "processor": spent}))


if __name__ == "__main__":
    main()

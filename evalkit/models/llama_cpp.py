"""GGUF files at their own precision, run by llama.cpp, drawn from by the documented loop of `evalkit.sampling`.

llama.cpp only computes logits here: none of its samplers is used. One sample is drawn at a time, on all cores; what its
tokens have in common with the sample before is not computed again. Needs the package llama-cpp-python, which is the
extra `llama-cpp`.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.models.gguf import read_header
from evalkit.models.storage import file_sha256
from evalkit.models.tokenization import Tokenization
from evalkit.sampling import Floats, check_shaping, check_temperature, generate, uniforms
from evalkit.types import Completion, Request

LONGEST = 8192  # tokens of context unless more are asked for


class LlamaCppModel(Tokenization):
    """The model in a GGUF file. `context_length` is in tokens, by default the model's own up to 8192: llama.cpp
    reserves memory for all of it. `gpu_layers` are computed by the device that llama.cpp was built for, -1 is all.

    Raises ModelUnavailable.
    """

    def __init__(self, path: str = "", *, context_length: int | None = None, gpu_layers: int = 0) -> None:
        file = Path(path).expanduser()
        if not path or not file.is_file():
            raise ModelUnavailable(f"There is no GGUF file at {path!r}; give it as llama_cpp:FILE.gguf.")
        llama = _package()
        header = read_header(file)
        self.eos = header.ends
        super().__init__(header.tokenizer, f"llama_cpp:{file.name.removesuffix('.gguf')}")
        self.file, self._gpu_layers = file, gpu_layers
        window = context_length or min(header.context_length or LONGEST, LONGEST)
        self._engine = _Engine(llama, file, window, gpu_layers)

    @property
    def context_length(self) -> int:
        """Tokens that prompt and completion may have together."""
        return self._engine.window

    def describe(self) -> Mapping[str, object]:
        """The file by its hash, the version of llama.cpp's package, and what decides what is drawn."""
        return {
            "name": self.name,
            "engine": "llama_cpp",
            "context_length": self.context_length,
            "gpu_layers": self._gpu_layers,
            "end_token_ids": sorted(self.eos),
            "files": {self.file.name: file_sha256(self.file)},
            "versions": {"llama-cpp-python": version("llama-cpp-python")},
        }

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield the samples in order. Raises ConfigError before anything is drawn."""
        for request in requests:
            self._check(request)
        return enumerate(self._drawn(requests))

    def _drawn(self, requests: Sequence[Request]) -> Iterator[Completion]:
        known: dict[Request, Completion] = {}  # at temperature 0 one sample answers every index
        for request in requests:
            same = request.certain
            found = known.get(same) if same else None
            completion = found or self._draw(request)
            if same:
                known[same] = completion
            yield completion

    def _draw(self, request: Request) -> Completion:
        return generate(
            self._engine.logits_after,
            self.encode,
            self.decode,
            request.prompt,
            temperature=request.key.cell.temperature,
            uniforms=uniforms(request.seed, request.key, request.max_new_tokens),
            max_new_tokens=request.max_new_tokens,
            eos=self.eos,
            stop=request.stop,
            shaping=request.shaping,
            stop_after_definition=request.stop_after_definition,
            top_logprobs=request.top_logprobs,
        )

    def _check(self, request: Request) -> None:
        check_temperature(request.key.cell.temperature)
        check_shaping(request.shaping)
        tokens = self.count_tokens(request.prompt)
        over = tokens + request.max_new_tokens - self.context_length
        if not tokens or over > 0:
            raise ConfigError(
                f"Task {request.key.task_id!r}: a prompt of {tokens} tokens and {request.max_new_tokens} new ones do "
                f"not fit into the {self.context_length} of {self.name!r}; lower --max-new-tokens or give another "
                f"--model-option context_length."
            )


class _Engine:
    """Logits of llama.cpp after a list of tokens; keeps what it computed for the list before."""

    def __init__(self, llama: Any, file: Path, window: int, gpu_layers: int) -> None:
        self._llama = llama
        try:
            self._model = llama.Llama(
                str(file),
                n_ctx=window,
                n_gpu_layers=gpu_layers,
                n_threads=len(os.sched_getaffinity(0)),  # its package would take half of them
                logits_all=False,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelUnavailable(f"llama.cpp cannot load {file}: {error}.") from error
        self.window = min(window, int(self._model.n_ctx()))  # llama.cpp rounds up to whole blocks
        self._known: list[int] = []

    def logits_after(self, ids: Sequence[int]) -> Floats:
        """Those of the position after `ids`, at least one of them; shape (vocabulary,)."""
        shared = 0
        for known, wanted in zip(self._known, ids, strict=False):
            if known != wanted:
                break
            shared += 1
        shared = min(shared, len(ids) - 1)  # the last one is computed in any case: its logits are wanted
        shared = self._forget_after(shared)
        self._known = []  # should `eval` fail, nothing is known any more
        self._model.n_tokens = shared
        self._model.eval(list(ids[shared:]))
        self._known = list(ids)
        pointer = self._llama.llama_get_logits_ith(self._model.ctx, -1)
        logits = np.ctypeslib.as_array(pointer, shape=(self._model.n_vocab(),))
        return logits.astype(np.float64)  # a copy: the next call overwrites it

    def _forget_after(self, kept: int) -> int:
        """Drop what was computed beyond `kept` tokens; how many are left: none of a recurrent model."""
        if kept == len(self._known):
            return kept
        memory = self._llama.llama_get_memory(self._model.ctx)
        if kept and self._llama.llama_memory_seq_rm(memory, 0, kept, -1):
            return kept
        self._model.reset()
        return 0


def _package() -> Any:
    try:
        import llama_cpp
    except (ImportError, OSError) as error:  # OSError: its library was built for another processor
        raise ModelUnavailable(
            f"Models of llama.cpp need its package: pip install 'evalkit[llama-cpp]' ({error})."
        ) from error
    return llama_cpp

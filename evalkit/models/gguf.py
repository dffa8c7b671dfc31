"""Any GGUF file becomes a folder that transformers loads in a second: weights, tokenizer, configuration.

Converted once, in float32 (the dequantised values do not fit 16 bits), and kept under the file's SHA-256.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from evalkit.errors import ModelUnavailable
from evalkit.models.gguf_reading import read_once
from evalkit.models.loading import quiet
from evalkit.models.storage import cache_folder, create_folder, file_sha256

FORMAT = 1  # of the converted folder; a change converts again
# Tokens that end an answer whatever else the file says, as llama.cpp finds them: by their spelling.
END_TOKENS = (
    "<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<end_of_turn>", "<|eot|>",
    "<|end_of_text|>", "<\uff5cend\u2581of\u2581sentence\uff5c>", "</s>",
)  # fmt: skip
# Vocabularies whose merges were learned on single digits; transformers knows the other pre-tokenizers.
SINGLE_DIGITS = ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone")


def converted_folder(file: Path) -> Path:
    """The folder converted from a GGUF file, converted now if it is not there yet (some seconds).

    Raises ModelUnavailable for a file that cannot be read or an architecture transformers does not know.
    """
    try:
        digest = file_sha256(file)
    except OSError as error:
        raise ModelUnavailable(f"Cannot read {file}: {error.strerror}.") from error
    target = folder_for(digest)
    if not target.is_dir():
        create_folder(target, lambda folder: convert(file, folder, digest))
    return target


def load_gguf_tokenizer(file: Path) -> Any:
    """The tokenizer in a GGUF file, without reading its weights (a few seconds). Raises ModelUnavailable."""
    return read_header(file).tokenizer


class Header(NamedTuple):
    """What a GGUF file says before its weights: `ends` are the ids of the tokens that end an answer, `context_length`
    the tokens that the model was made for at once, None where that is not stated."""

    tokenizer: Any
    ends: frozenset[int]
    context_length: int | None


def read_header(file: Path) -> Header:
    """The same and more. Raises ModelUnavailable."""
    try:
        with quiet(), read_once():
            tokenizer, metadata = _tokenizer(file)
            ends = _generation_config(tokenizer, metadata).eos_token_id
            context = metadata.get(f"{metadata.get('general.architecture')}.context_length")
            ids = frozenset(ends if isinstance(ends, list) else [] if ends is None else [ends])
            return Header(tokenizer, ids, None if context is None else int(context))
    # transformers and gguf raise whatever they stumble over in a damaged or unknown file
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ModelUnavailable(f"Cannot read the tokenizer of {file}: {type(error).__name__}: {reason}") from error


def folder_for(digest: str) -> Path:
    """Where the GGUF file with this SHA-256 is converted to."""
    return cache_folder() / "models" / f"{digest[:20]}-{FORMAT}"


def convert(file: Path, folder: Path, digest: str) -> None:
    """Write weights, configuration and tokenizer of `file` to `folder`."""
    try:
        with quiet(), read_once():
            network = _network(file)
            tokenizer, metadata = _tokenizer(file)
            network.generation_config = _generation_config(tokenizer, metadata)
            network.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
    # transformers and gguf raise whatever they stumble over in a damaged or unknown file
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ModelUnavailable(f"Cannot convert {file}: {type(error).__name__}: {reason}") from error
    _write_origin(file, folder, digest)


def _network(file: Path) -> Any:
    from transformers import AutoConfig
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    config = AutoConfig.for_model(**load_gguf_checkpoint(str(file), return_tensors=False)["config"])
    network = _skeleton(config)
    weights = load_gguf_checkpoint(str(file), return_tensors=True, model_to_load=network)["tensors"]
    if _tied_in_file(config, weights):
        config.tie_word_embeddings = True
        network = _skeleton(config)
    missing = network.load_state_dict(weights, strict=False, assign=True).missing_keys
    network.tie_weights()
    tied = set(network._tied_weights_keys or {}) if config.tie_word_embeddings else set()
    if lacking := [name for name in missing if name not in tied]:
        raise ValueError(f"the file lacks {len(lacking)} weights, such as {lacking[0]}")
    return network


def _skeleton(config: Any) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):  # no memory, and no time spent on random weights
        return AutoModelForCausalLM.from_config(config, dtype=torch.float32)


def _tied_in_file(config: Any, weights: dict[str, Any]) -> bool:
    """Some files store the output matrix a second time. Where both are the same, one is dropped."""
    import torch

    output, embedding = weights.get("lm_head.weight"), weights.get("model.embed_tokens.weight")
    if output is None or embedding is None or not torch.equal(output, embedding):
        return bool(config.tie_word_embeddings)
    del weights["lm_head.weight"]
    return True


def _tokenizer(file: Path) -> tuple[Any, Mapping[str, Any]]:
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
    from transformers import AutoTokenizer
    from transformers.integrations.gguf import read_gguf_metadata

    tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    metadata, _ = read_gguf_metadata(str(file))
    if metadata.get("tokenizer.ggml.pre") in SINGLE_DIGITS:
        tokenizer.backend_tokenizer.pre_tokenizer = Sequence(
            [Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]
        )
    return tokenizer, metadata


def _generation_config(tokenizer: Any, metadata: Mapping[str, Any]) -> Any:
    from transformers import GenerationConfig

    stated = [metadata.get(f"tokenizer.ggml.{name}_token_id") for name in ("eos", "eot", "eom")]
    vocabulary = tokenizer.get_vocab()
    special = set(tokenizer.added_tokens_decoder)
    spelled = [vocabulary[token] for token in END_TOKENS if vocabulary.get(token) in special]
    ends = sorted({each for each in (*stated, *spelled) if each is not None})
    return GenerationConfig(eos_token_id=ends, bos_token_id=metadata.get("tokenizer.ggml.bos_token_id"))


def _write_origin(file: Path, folder: Path, digest: str) -> None:
    packages = {name: version(name) for name in ("gguf", "transformers", "tokenizers")}
    origin = {"file": file.name, "sha256": digest, "format": FORMAT, "converted_with": packages}
    (folder / "evalkit.json").write_text(json.dumps(origin, indent=2) + "\n")

"""How plausible the model found the code it wrote: scores at T=1 over the tokens of the code.

A token counts when it writes something of the code: reasoning, prose around it, comments before its first statement
and the end-of-sequence token are left out. Whatever the temperature was, the log-probabilities are those at T=1, so
that temperatures can be compared.
"""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evalkit.results import Results
from evalkit.results.code_spans import code_span
from evalkit.results.texts import unescape
from evalkit.types import StopReason

SCORES = ("mean_logprob", "sum_logprob", "min_logprob", "mean_entropy", "mean_margin", "bits_per_byte")
"""The scores, as columns. Higher is more plausible, but for mean_entropy and bits_per_byte: there lower is."""
LOWER_IS_PLAUSIBLE = ("mean_entropy", "bits_per_byte")

_TEXTS = ("completion", "extracted", "reasoning_end", "stop_reason")
_LISTS = ("logprobs", "entropies", "ends")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def plausibility_scores(results: Results, margins: bool = False) -> pd.DataFrame:
    """One row per sample, in the order of `results.samples`, over its code tokens (nats unless said otherwise).

    code_tokens: how many there are. code_bytes: of the code in UTF-8. truncated: it ended at max_new_tokens, so its
    scores are those of a beginning. mean_logprob, sum_logprob, min_logprob. mean_entropy: of the distribution at each
    position. bits_per_byte: -sum_logprob / (ln 2 * code_bytes), which tokenizers do not change (Gao et al. 2020,
    arXiv:2101.00027, section 3.1). mean_margin: log-probability of the most likely token less that of the second, the
    mean over positions; NaN unless the run recorded two of them (--top-logprobs 2) and `margins` asks for it.

    NaN where there are no code tokens. Shards are read one after another: any number of them fits into memory.
    """
    lists = [*_LISTS, *(["top_logprobs"] if margins else [])]
    parts = [_scored(texts, tokens) for texts, tokens in _together(results.samples_with_tokens(_TEXTS, lists))]
    columns = ("code_tokens", "code_bytes", "truncated", *SCORES)
    empty = np.zeros(0)
    joined = pd.DataFrame({name: np.concatenate([part[name] for part in parts] or [empty]) for name in columns})
    return joined.iloc[: len(results.samples)].set_index(results.samples.index)


def _together(parts: Iterator[tuple[pa.Table, pa.Table]]) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Small shards several at a time: what a step costs by itself is then paid less often."""
    while several := list(islice(parts, 16)):
        texts, tokens = zip(*several, strict=True)
        yield pa.concat_tables(texts), pa.concat_tables(tokens, promote_options="default")


def _scored(texts: pa.Table, tokens: pa.Table) -> dict[str, NDArray[Any]]:
    spans, code_bytes = _spans(texts)
    lengths = _lengths(tokens)
    logprobs, entropies, ends = (_flat(tokens, name) for name in _LISTS)
    inside = in_span(ends, lengths, spans)
    count = _summed(inside, lengths)
    total = _summed(np.where(inside, logprobs, 0.0), lengths)
    known = count > 0
    with np.errstate(invalid="ignore", divide="ignore"):  # no code tokens: NaN is the answer
        return {
            "code_tokens": count.astype(np.int64),
            "code_bytes": code_bytes,
            "truncated": _equal(texts["stop_reason"], StopReason.MAX_NEW_TOKENS.value),
            "mean_logprob": total / count,
            "sum_logprob": np.where(known, total, np.nan),
            "min_logprob": np.where(known, _smallest(np.where(inside, logprobs, np.inf), lengths), np.nan),
            "mean_entropy": _summed(np.where(inside, entropies, 0.0), lengths) / count,
            "mean_margin": _margins(tokens, inside, lengths) / count,
            "bits_per_byte": np.where(known, -total, np.nan) / (math.log(2) * code_bytes),
        }


def _equal(column: pa.ChunkedArray, value: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.equal(column, value).to_numpy().astype(bool)
    return found


def in_span(ends: Integers, lengths: Integers, spans: Integers) -> NDArray[np.bool_]:
    """Whether each token writes something of its sample's span of characters.

    `ends` are the texts' lengths after each token, of one sample after another; `lengths` are the samples' numbers of
    tokens; `spans` is (samples, 2). A token that completes no character belongs to where it stands.
    """
    if not len(ends):
        return np.zeros(0, dtype=bool)
    begins = np.empty_like(ends)
    begins[1:] = ends[:-1]
    begins[(np.cumsum(lengths) - lengths)[lengths > 0]] = 0
    start, end = (np.repeat(spans[:, side].astype(ends.dtype), lengths) for side in (0, 1))
    found: NDArray[np.bool_] = (begins < end) & ((ends > start) | (begins >= start))
    return found


def _spans(texts: pa.Table) -> tuple[Integers, Integers]:
    columns = (texts[name].to_pylist() for name in ("completion", "extracted", "reasoning_end"))
    spans, sizes = [], []
    for completion, extracted, reasoning_end in zip(*columns, strict=True):
        text = unescape(completion)
        start, end = code_span(text, None if extracted is None else unescape(extracted), reasoning_end)
        spans.append((start, end))
        sizes.append(len(text[start:end].encode("utf-8", "surrogatepass")))
    return np.array(spans, dtype=np.int64).reshape(-1, 2), np.array(sizes, dtype=np.int64)


def _flat(tokens: pa.Table, name: str) -> NDArray[Any]:
    values: NDArray[Any] = tokens[name].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return values


def _lengths(tokens: pa.Table) -> Integers:
    lengths: Integers = tokens["ends"].combine_chunks().value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths


def _summed(values: NDArray[Any], lengths: Integers) -> Floats:
    """The sum of each sample's values, of one sample after another."""
    found = np.zeros(len(lengths))
    if len(values):
        full = lengths > 0
        found[full] = np.add.reduceat(values, (np.cumsum(lengths) - lengths)[full], dtype=float)
    return found


def _smallest(values: Floats, lengths: Integers) -> Floats:
    found = np.full(len(lengths), np.nan)
    if len(values):
        full = lengths > 0
        found[full] = np.minimum.reduceat(values, (np.cumsum(lengths) - lengths)[full])
    return found


def _margins(tokens: pa.Table, inside: NDArray[np.bool_], lengths: Integers) -> Floats:
    """Sums of margins; NaN for samples whose most likely tokens were not recorded."""
    if "top_logprobs" not in tokens.column_names:
        return np.full(len(lengths), np.nan)
    each: list[float] = []
    for tops, length in zip(tokens["top_logprobs"].to_pylist(), lengths.tolist(), strict=True):
        each += [top[0] - top[1] if len(top) > 1 else math.nan for top in tops or [[]] * length]
    return _summed(np.where(inside, np.array(each), 0.0), lengths)

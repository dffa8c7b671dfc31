"""Samples and verdicts to rows of tables, and back. Equal records give equal tables."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from evalkit.results.shards import KEY_COLUMNS, SAMPLES, TOKENS, TOKENS_WITH_TOP, VERDICTS
from evalkit.results.texts import escape, unescape
from evalkit.types import (
    Cell,
    Completion,
    Context,
    Extraction,
    Sample,
    SampleKey,
    StopReason,
    TokenTrace,
    Verdict,
)


def samples_table(samples: Sequence[Sample]) -> pa.Table:
    """One row per sample, with what its tokens say of its plausibility at T=1 (null without tokens).

    The tokens of its reasoning are counted and otherwise left out: plausibility is that of the answer.
    """
    rows = [
        {
            **key_row(sample.key),
            "prompt": sample.prompt,
            "completion": sample.completion.text,
            "extracted": sample.extraction.extracted,
            "solution": sample.extraction.solution,
            "cuts": sample.extraction.cuts,
            **_span(sample.extraction.reasoning),
            "stop_reason": sample.completion.stop_reason.value,
            "prompt_tokens": sample.completion.prompt_tokens,
            **_plausibility(sample.completion, sample.extraction.reasoning),
        }
        for sample in samples
    ]
    return _table(rows, SAMPLES)


def tokens_table(samples: Sequence[Sample]) -> pa.Table:
    """One row per sample, one list per quantity of its tokens."""
    schema = TOKENS_WITH_TOP if any(sample.completion.tokens.top_ids for sample in samples) else TOKENS
    quantities = schema.names[len(KEY_COLUMNS) :]
    rows = [
        {**key_row(sample.key), **{name: getattr(sample.completion.tokens, name) for name in quantities}}
        for sample in samples
    ]
    return _table(rows, schema)


def verdicts_table(verdicts: Sequence[Verdict]) -> pa.Table:
    """One row per test of a sample."""
    rows = [
        {
            **key_row(verdict.key),
            "test": verdict.test,
            "requirement": verdict.requirement,
            "example": verdict.example,
            "status": verdict.status.value,
            "message": verdict.message,
        }
        for verdict in verdicts
    ]
    return _table(rows, VERDICTS)


def samples_from_tables(samples: pa.Table, tokens: pa.Table) -> tuple[Sample, ...]:
    """The records that `samples_table` and `tokens_table` were given."""
    pairs = zip(_rows(samples), _rows(tokens), strict=True)
    return tuple(_sample(row, trace) for row, trace in pairs)


def _plausibility(completion: Completion, reasoning: tuple[int, int] | None) -> dict[str, object]:
    tokens = completion.tokens
    answer = [at for at, end in enumerate(tokens.ends) if not (reasoning and reasoning[0] <= end <= reasoning[1])]
    logprobs, entropies = ([values[at] for at in answer] for values in (tokens.logprobs, tokens.entropies))
    count, total = len(answer), math.fsum(logprobs)
    return {
        "completion_tokens": completion.token_count or 0,
        "reasoning_tokens": len(tokens.ids) - count,
        "mean_logprob": total / count if count else None,
        "sum_logprob": total if count else None,
        "min_logprob": min(logprobs, default=None),
        "mean_entropy": _known(math.fsum(entropies) / count) if count else None,
    }


def _known(value: float) -> float | None:
    """Servers do not tell the whole distribution: its entropy is then NaN for each token, and null for a sample."""
    return None if math.isnan(value) else value


def _span(reasoning: tuple[int, int] | None) -> dict[str, int | None]:
    start, end = reasoning or (None, None)
    return {"reasoning_start": start, "reasoning_end": end}


def key_row(key: SampleKey) -> dict[str, object]:
    """The columns that name a sample."""
    return {
        "task_id": key.task_id,
        "model": key.cell.model,
        "temperature": float(key.cell.temperature),
        "identifiers": key.cell.identifiers,
        "prompt_style": key.cell.prompt,
        "context_position": key.cell.context.position,
        "filler_tokens": key.cell.context.filler_tokens,
        "retrieval": key.cell.context.retrieval,
        "index": key.index,
    }


def key_of(row: Mapping[str, Any]) -> SampleKey:
    """The sample that `key_row` was given."""
    context = Context(row["context_position"], row["filler_tokens"], row["retrieval"])
    cell = Cell(row["model"], row["temperature"], row["identifiers"], row["prompt_style"], context)
    return SampleKey(row["task_id"], cell, row["index"])


def _sample(row: Mapping[str, Any], tokens: Mapping[str, Any]) -> Sample:
    trace = TokenTrace(
        **{name: tuple(map(_frozen, values)) for name, values in tokens.items() if name not in KEY_COLUMNS}
    )
    stop_reason = StopReason(row["stop_reason"])
    counted = None if trace.ids else row["completion_tokens"] or None
    completion = Completion(row["completion"], stop_reason, row["prompt_tokens"], trace, counted)
    reasoning = None if row["reasoning_end"] is None else (row["reasoning_start"], row["reasoning_end"])
    extraction = Extraction(row["solution"], tuple(row["cuts"]), row["extracted"], reasoning)
    return Sample(key_of(row), row["prompt"], completion, extraction)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    columns = [_mapped([row[field.name] for row in rows], field.type, escape) for field in schema]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    columns = [_mapped(table[field.name].to_pylist(), field.type, unescape) for field in table.schema]
    return [dict(zip(table.schema.names, values, strict=True)) for values in zip(*columns, strict=True)]


def _mapped(values: Iterable[Any], kind: pa.DataType, change: Callable[[str], str]) -> list[Any]:
    """Change every text of a column of texts or of lists of texts; other columns stay as they are."""
    if kind == pa.string():
        return [None if value is None else change(value) for value in values]
    if kind == pa.list_(pa.string()):
        return [[change(text) for text in value] for value in values]
    return list(values)

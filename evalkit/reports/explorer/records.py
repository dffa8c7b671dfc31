"""One sample as the page shows it: its three texts, tokens, verdicts, and the nearest sample that passes."""

import math
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

import numpy as np

from evalkit.reports.explorer.forks import ForkFinder
from evalkit.reports.explorer.index import SampleIndex
from evalkit.reports.explorer.pointing import pointed_line
from evalkit.reports.explorer.sources import Vocabulary
from evalkit.results.code_spans import code_span
from evalkit.results.lookup import SampleLookup
from evalkit.results.texts import unescape
from evalkit.statistics.lines import Lines, nearest
from evalkit.types import Status

CANDIDATES = 30  # passing samples of a task that the nearest is looked for among: of the same cell first
_VERDICT = ("test", "requirement", "example", "status", "message")
LIKELY = 0.9  # alternatives are shown where the drawn token was less likely than this
WORTH = 0.01  # and only those at least this likely
KEPT = 256  # tasks and cells whose passing samples are remembered
TEXT_LIMIT = 60_000  # characters of one text


class Reader:
    """Makes the records of samples, of their texts and tokens on disk."""

    def __init__(self, index: SampleIndex, lookup: SampleLookup) -> None:
        self.index, self.lookup, self.vocabulary = index, lookup, Vocabulary(lookup)
        self._forks = ForkFinder(index, lookup)
        self._passing = lru_cache(maxsize=KEPT)(self._passing_of)

    def record(self, number: int) -> dict[str, Any]:
        """Everything the page shows of a sample; texts as they are: the page makes them visible and harmless."""
        row, trace = self.lookup.sample(number), self.lookup.tokens(number)
        texts = {name: _text(row[name]) for name in ("prompt", "completion", "extracted", "solution")}
        completion, solution = str(texts["completion"]), texts["solution"]
        verdicts = self._verdicts(number)
        first = next((each for each in verdicts if each[3] not in (Status.PASSED, Status.UNSCORED)), None)
        return {
            "name": self.index.name(number),
            **{name: _short(text) for name, text in texts.items()},
            "cuts": [_text(each) for each in row["cuts"]],
            "stop": row["stop_reason"],
            "counts": [row["prompt_tokens"], row["completion_tokens"]],
            "span": code_span(completion, texts["extracted"], row["reasoning_end"]),
            "tokens": _tokens(trace, self.vocabulary),
            "verdicts": verdicts,
            "point": pointed_line(solution, first[4] or "") if solution and first else None,
            "forks": self._forks.of(number),
            "near": self._nearest(number, solution) if solution and self.index.state[number] else None,
        }

    def _verdicts(self, number: int) -> list[list[Any]]:
        """test, requirement, example, status and message of each of its tests."""
        rows = self.lookup.verdicts(number)
        return [[_text(row[name]) if name == "message" else row[name] for name in _VERDICT] for row in rows]

    def _nearest(self, number: int, solution: str) -> dict[str, Any] | None:
        """The nearest passing sample of the task, with what differs, line by line."""
        codes = self._passing(int(self.index.task[number]), int(self.index.cell[number]))
        if not codes:
            return None
        lines = {each: _lines(code) for each, code in codes.items()}
        best = nearest(_lines(solution), list(lines.values()))
        chosen = next(each for each, theirs in lines.items() if theirs is best)
        other = codes[chosen]
        matcher = SequenceMatcher(None, other.split("\n"), solution.split("\n"), autojunk=False)
        names = {"number": chosen, "name": self.index.name(chosen)}
        changes = matcher.get_opcodes()
        return {**names, "code": _short(other), "mine": _short(solution), "changes": changes}

    def _passing_of(self, task: int, cell: int) -> dict[int, str]:
        """The solutions of some passing samples of a task, those of a cell first."""
        same_task = np.flatnonzero((self.index.task == task) & (self.index.state == 0))
        elsewhere = self.index.cell[same_task] != cell
        candidates = same_task[np.argsort(elsewhere, kind="stable")][:CANDIDATES].tolist()
        return {
            each: unescape(code) for each in candidates if (code := self.lookup.sample(each, ["solution"])["solution"])
        }


def _lines(code: str) -> Lines:
    return [(line.strip(), math.nan) for line in code.splitlines()]


def _text(value: object) -> str | None:
    return None if value is None or value != value else unescape(str(value))


def _short(text: str | None) -> str | None:
    if text is None or len(text) <= TEXT_LIMIT:
        return text
    return f"{text[:TEXT_LIMIT]}\n… ({len(text) - TEXT_LIMIT:,} more characters)"


def _tokens(trace: Mapping[str, Sequence[Any]], vocabulary: Vocabulary) -> dict[str, Any]:
    """Lengths in characters, surprisal in hundredths of a nat, ranks above 1, alternatives where they say something."""
    ends, logprobs = trace["ends"], trace["logprobs"]
    lengths = [end - begin for begin, end in zip((0, *ends), ends, strict=False)]
    surprisals = [round(-100 * value) for value in logprobs]
    ranks = {at: rank for at, rank in enumerate(trace["ranks"]) if rank > 1}
    tops = (trace.get("top_ids") or (), trace.get("top_logprobs") or ())
    others = {
        at: found
        for at, (drawn, ids, values, own) in enumerate(zip(trace["ids"], *tops, logprobs, strict=False))
        if own < math.log(LIKELY) and (found := _alternatives(drawn, ids, values, vocabulary))
    }
    return {"lengths": lengths, "surprisal": surprisals, "ranks": ranks, "others": others}


def _alternatives(
    drawn: int, ids: Sequence[int], logprobs: Sequence[float], vocabulary: Vocabulary
) -> list[list[object]]:
    """Text and probability in thousandths of each other token that was likely; a number for one never seen drawn."""
    pairs = zip(ids, logprobs, strict=True)
    return [
        [vocabulary.text(token), round(1000 * math.exp(value))]
        for token, value in pairs
        if token != drawn and value >= math.log(WORTH)
    ]

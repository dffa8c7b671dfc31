"""Samples inside the page: compressed in parts that are opened when they are asked for, within a size for e-mail.

Runs that do not fit are shown by a selection: every task and cell in turn, failing samples first, until the page is
full. The rest is what `evalkit view` is for.
"""

import base64
import gzip
import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from evalkit.reports.explorer.index import Integers, SampleIndex
from evalkit.reports.explorer.records import Reader
from evalkit.results.lookup import SampleLookup

BUDGET = 2_200_000  # bytes of the page that samples may take: with charts and tables it stays below 3 MB
PART = 30  # samples that are compressed together
_TRIAL = 60  # samples from which the size of the others is foretold
_SLACK = 0.97  # of what would fit if all samples were alike
_ROUNDS = 6


def embedded(index: SampleIndex, lookup: SampleLookup, budget: int = BUDGET) -> tuple[list[tuple[str, str]], int]:
    """The data blocks of the page (id, base64 of compressed JSON), the index first; and how many samples they hold."""
    pack = _Packer(Reader(index, lookup))
    order = _priority(index)
    count = min(len(order), _TRIAL)
    blocks = pack.blocks(order[:count])
    for _ in range(_ROUNDS):
        size = _size(blocks)
        fitting = min(len(order), int(count * budget / size * _SLACK))
        if size <= budget and fitting <= count:
            break
        count = max(1, fitting)
        blocks = pack.blocks(order[:count])
    return blocks, count


def _priority(index: SampleIndex) -> Integers:
    """All samples: the first of every task, cell and outcome, then the second of each..., failing ones first."""
    passed = index.state == 0
    frame = pd.DataFrame({"task": index.task, "cell": index.cell, "passed": passed})
    turn = frame.groupby(["task", "cell", "passed"], sort=False).cumcount().to_numpy()
    return np.lexsort((np.arange(len(index)), passed, turn))


class _Packer:
    """Compresses samples; remembers their records, since which ones fit is found out by trying."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.records: dict[int, bytes] = {}

    def blocks(self, chosen: Integers) -> list[tuple[str, str]]:
        """The index of the chosen samples, and their parts."""
        numbers = sorted(chosen.tolist())  # neighbours share their prompts, which compresses
        index = self.reader.index
        head = {"facets": index.facets(), "rows": [index.row(number) for number in numbers], "part": PART}
        parts = [numbers[at : at + PART] for at in range(0, len(numbers), PART)]
        packed = ((f"part-{at}", _packed(self._joined(part))) for at, part in enumerate(parts))
        return [("index", _packed(_json(head))), *packed]

    def _joined(self, part: Sequence[int]) -> bytes:
        for number in part:
            if number not in self.records:
                self.records[number] = _json(self.reader.record(number))
        return b"[" + b",".join(self.records[number] for number in part) + b"]"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def _size(blocks: Sequence[tuple[str, str]]) -> int:
    return sum(len(text) for _, text in blocks)

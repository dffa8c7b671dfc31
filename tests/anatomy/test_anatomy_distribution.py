"""The distribution in numbers that can be worked out by hand."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evalkit.anatomy.distribution import EXAMPLE, distribution, documented, tokens_holding
from evalkit.anatomy.reading import read
from evalkit.models.transformers import TransformersModel

Invoke = Callable[..., tuple[int, str]]


def test_the_documented_example_has_its_known_numbers() -> None:
    known = {
        0.1: (99.330, 0.669, 0.001, 0.000, 0.000),
        0.7: (56.45, 27.63, 10.17, 4.98, 0.78),
        1.0: (46.72, 28.34, 14.07, 8.54, 2.33),
        2.0: (33.58, 26.15, 18.43, 14.35, 7.49),
    }
    found = dict(documented())
    assert set(found) == set(known)
    for temperature, shares in known.items():
        assert [100 * each for each in found[temperature]] == pytest.approx(shares, abs=0.006)


def test_entropy_odds_and_the_tokens_that_hold_most() -> None:
    found = distribution(np.log([0.5, 0.25, 0.125, 0.125]), str, (1.0, 0.5, 0.0), top=3)
    one, half, zero = found.temperatures
    assert one.entropy == pytest.approx(1.75 * math.log(2))
    assert (one.held, half.held, zero.held) == (4, 2, 1)
    assert one.odds == pytest.approx(2)
    assert half.odds == pytest.approx(4)  # twice as cold: the square
    assert (zero.odds, zero.entropy) == (math.inf, 0.0)
    assert [bar.token for bar in found.bars] == [0, 1, 2]
    assert found.bars[0].probabilities == pytest.approx((0.5, 16 / 22, 1.0))
    assert tokens_holding(np.full(10, 0.1)) == 9


def test_no_temperature_gives_the_second_token_what_was_claimed() -> None:
    found = distribution(EXAMPLE, str)
    shares = [share for _, row in found.example for share in row[1:2]]
    assert max(shares) <= found.most_of_second < 0.2842 < 0.37


def test_bars_are_the_models_next_tokens(tiny_model: TransformersModel, tiny_folder: Path, anatomy: Invoke) -> None:
    ids = tiny_model.encode("def f(x):\n")
    [logits] = read(tiny_model, ids, keep=(len(ids) - 1,)).kept.values()
    best = int(logits.argmax())
    command = ["--model", tiny_folder, "--dtype", "fp32", "--section", "distribution", "--temperatures", "0.5,1"]
    code, output = anatomy("def f(x):\n", *command, "--top", 3)
    assert code == 0, output
    [line] = [line for line in output.splitlines() if line.lstrip().startswith("1 ")][:1]
    assert line.split()[1] == str(best)
    assert f"{logits[best]:.3f}" in line
    assert "28.4%" in output
    code, output = anatomy("def f(x):\n", *command, "--position", "-2")
    assert f"after position {len(ids) - 2}" in output

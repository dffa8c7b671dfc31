"""The GEE logistic model finds the effects that made the data, and admits where it cannot."""

import numpy as np
import pandas as pd
import pytest

from evalkit.statistics import factorial_effects


def outcomes(tasks: int, seed: int = 0, spread: float = 1.0) -> pd.DataFrame:
    """10 samples of each task in four cells; log odds: -1 * temperature, +0.8 for camelCase, no interaction."""
    random = np.random.default_rng(seed)
    cells = [(t, style) for t in (0.2, 1.2) for style in ("snake_case", "camelCase")]
    rows = []
    for task in range(tasks):
        ease = random.normal(0, spread)
        for temperature, style in cells:
            odds = 0.5 + ease - temperature + 0.8 * (style == "camelCase")
            passed = random.random(10) < 1 / (1 + np.exp(-odds))
            rows += [(f"t{task}", temperature, style, "chat", bool(each)) for each in passed]
    names = ["task_id", "temperature", "identifiers", "prompt_style", "passed"]
    return pd.DataFrame(rows, columns=names).assign(scored=True)


def test_known_effects_are_found() -> None:
    table = factorial_effects(outcomes(400, spread=0.3)).set_index("term")
    assert list(table.index) == ["temperature", "identifiers=camelCase", "temperature:identifiers=camelCase"]
    truth = {"temperature": -1, "identifiers=camelCase": 0.8, "temperature:identifiers=camelCase": 0}
    for term, effect in truth.items():
        assert table.loc[term, "low"] < effect < table.loc[term, "high"]
        assert table.loc[term, "high"] - table.loc[term, "low"] < 0.5
    assert table.loc["temperature", "p"] < 1e-6
    assert table.loc["temperature", "odds_ratio"] == pytest.approx(np.exp(table.loc["temperature", "log_odds"]))


def test_without_interactions_the_main_effects_stand_alone() -> None:
    assert factorial_effects(outcomes(20), interactions=False)["term"].tolist() == [
        "temperature",
        "identifiers=camelCase",
    ]


def test_unscored_samples_do_not_count() -> None:
    known = outcomes(20)
    broken = known.assign(scored=False, passed=False)
    pd.testing.assert_frame_equal(factorial_effects(pd.concat([known, broken])), factorial_effects(known))


def test_a_cell_that_always_passes_has_no_finite_effect() -> None:
    known = outcomes(20)
    known.loc[known["identifiers"].eq("camelCase"), "passed"] = True
    assert factorial_effects(known, interactions=False)["log_odds"].isna().all()


def test_fewer_tasks_than_terms_are_too_few() -> None:
    assert factorial_effects(outcomes(3))["p"].isna().all()


def test_no_factor_varies() -> None:
    assert len(factorial_effects(outcomes(5).query("temperature == 0.2 and identifiers == 'camelCase'"))) == 0


@pytest.mark.slow
def test_intervals_of_effects_cover_them() -> None:
    truth = -1.0 / np.sqrt(1 + 0.346 * 0.09)  # averaged over tasks, effects shrink (Zeger, Liang & Albert 1988)
    tables = [factorial_effects(outcomes(40, seed, 0.3), interactions=False).iloc[0] for seed in range(200)]
    assert 0.9 <= np.mean([row["low"] <= truth <= row["high"] for row in tables]) <= 0.99

"""Experiments: what is accepted, and that every mistake is one line that names file, key and allowed values."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.config import load_experiment, validate
from evalkit.errors import ConfigError, EvalkitError
from evalkit.experiment import Experiment


def written(folder: Path, content: str | bytes) -> str:
    path = folder / "experiment.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_single_values_stand_for_lists_of_one(tmp_path: Path) -> None:
    experiment = load_experiment(written(tmp_path, "suite: s\nmodel: m\ntemperature: 1\n"), {})
    assert (experiment.model, experiment.temperature) == (("m",), (1.0,))


def test_a_suite_name_needs_no_file() -> None:
    assert load_experiment("starter", {"samples": 3}).samples == 3


def test_options_win_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "suite: s\ntemperature: [0.1, 0.2]\nsamples: 7\n")
    experiment = load_experiment(path, {"temperature": (0.9,)})
    assert (experiment.temperature, experiment.samples) == ((0.9,), 7)


def test_repeated_grid_values_are_one_cell() -> None:
    experiment = load_experiment("s", {"temperature": (0.5, 0, 0.5, -0.0), "identifiers": ("camelCase",) * 2})
    assert experiment.temperature == (0.5, 0.0)
    assert math.copysign(1, experiment.temperature[1]) == 1
    assert experiment.identifiers == ("camelCase",)


@given(st.floats(max_value=0, exclude_max=True) | st.sampled_from([math.nan, math.inf, -math.inf]))
def test_temperatures_below_zero_and_not_finite_are_refused(temperature: float) -> None:
    with pytest.raises(ConfigError, match=r"^--temperature must be a finite number of at least 0"):
        load_experiment("s", {"temperature": (0.5, temperature)})


@pytest.mark.parametrize("samples", [0, -1, True, 1.5, "5", None])
def test_samples_must_be_whole_and_at_least_one(samples: object) -> None:
    with pytest.raises(ConfigError, match=r"^--samples must be a whole number of at least 1, not "):
        load_experiment("s", {"samples": samples})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "experiment.yaml: the file is empty; give at least 'suite: NAME'."),
        ("# only a comment\n", "experiment.yaml: the file is empty"),
        (b"\xff\xfe\x00", "experiment.yaml: not UTF-8 text (byte 0)."),
        ("suite: s\nmodel: [a\n", "experiment.yaml:3: not valid YAML: "),
        ("suite: s\n\tsamples: 1\n", "experiment.yaml:2: not valid YAML: "),
        ("suite: s\nsamples: 1\nsamples: 2\n", "experiment.yaml:3: not valid YAML: key 'samples' is given twice."),
        ("suite: s\nout: 2020-99-01\n", "experiment.yaml: not valid YAML: month must be in 1..12."),
        ("? [a]\n: b\n", "experiment.yaml:1: not valid YAML: found unhashable key."),
        ("a: &x [*x]\nsuite: s\n", "experiment.yaml: a is not a known key. Allowed: suite, model, "),
        ("- suite: s\n", "experiment.yaml: must be a mapping of keys to values. Allowed keys: suite, model, "),
        ("1: 2\n", "experiment.yaml: must be a mapping of keys to values."),
        ("model: m\n", "experiment.yaml: suite is missing; give the name of a suite"),
        ("suite: s\nsample: 1\n", "experiment.yaml: sample is not a known key. Allowed: suite, model, "),
        ("suite: s\nmodel: []\n", "experiment.yaml: model must be a model name, or a list of them, not []."),
        ("suite: s\nsamples: 0\n", "experiment.yaml: samples must be a whole number of at least 1, not 0."),
        ("suite: s\ntemperature: .nan\n", "experiment.yaml: temperature must be a finite number of at least 0"),
        ("suite: s\ntemperature: [0.2, hot]\n", "or a list of them, not 'hot'."),
        ("suite: s\ndtype: int3\n", "dtype must be auto, fp32, bf16, fp16 or int8, not 'int3'."),
        ("suite: s\nprompt: nope\n", "prompt: unknown prompt style 'nope'. Available: "),
        ("suite: s\nidentifiers: nope\n", "identifiers: unknown identifier style 'nope'. Available: "),
        ("suite: s\nsandbox: dokcer\n", "sandbox: unknown sandbox 'dokcer'. Available: auto, bubblewrap, docker, "),
    ],
)
def test_mistakes_in_a_file_are_one_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(EvalkitError) as caught:
        load_experiment(written(tmp_path, content), {})
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_not_taken_for_a_suite() -> None:
    with pytest.raises(ConfigError, match=r"^nowhere\.yaml: there is no such experiment file\.$"):
        load_experiment("nowhere.yaml", {})


def test_a_wrong_option_is_blamed_on_the_option_and_not_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--max-new-tokens must be"):
        load_experiment(written(tmp_path, "suite: s\n"), {"max_new_tokens": 0})


def test_every_key_says_what_it_allows() -> None:
    assert all(field.description for field in Experiment.model_fields.values())


def test_what_the_manifest_keeps_gives_the_same_experiment() -> None:
    import json

    experiment = load_experiment("s", {"temperature": (0.5, 0.0), "tasks": ("a*",), "limit": 3})
    assert validate(json.loads(json.dumps(experiment.model_dump())), None) == experiment

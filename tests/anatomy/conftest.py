"""A run of a tiny random-weight model: samples that were really drawn, with made verdicts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import save_tiny

from evalkit.models.transformers import TransformersModel
from evalkit.results import RunDirectory
from evalkit.types import Cell, Extraction, Request, Sample, SampleKey, Status, Verdict

PROMPT = 'def re_try(max_size):\n    """Try again."""\n'
NEW = 24
SEED = 11


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with attention, saved."""
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", "qwen2")


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> TransformersModel:
    """The same, loaded."""
    return TransformersModel(tiny_folder, dtype="fp32", device="cpu")


@pytest.fixture(scope="session")
def tiny_run(tiny_folder: Path, tiny_model: TransformersModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six samples of one prompt at temperatures 0 and 0.8; the even ones pass."""
    cells = [Cell("tiny", temperature, "snake_case", "plain") for temperature in (0.0, 0.8)]
    keys = [SampleKey("small/re_try", cell, index) for cell in cells for index in range(3)]
    requests = [Request(key, PROMPT, SEED, NEW) for key in keys]
    drawn = dict(tiny_model.generate(requests))
    samples = [Sample(key, PROMPT, drawn[at], Extraction(drawn[at].text, (), None)) for at, key in enumerate(keys)]
    verdicts = [_verdict(key, key.index % 2 == 0) for key in keys]
    path = tmp_path_factory.mktemp("runs") / "run"
    with RunDirectory.create(path, _manifest(tiny_folder, tiny_model, len(keys))) as run:
        run.write_samples(0, samples)
        run.write_verdicts(0, verdicts)
    return path


def _verdict(key: SampleKey, passed: bool) -> Verdict:
    return Verdict(key, "test_it", "tries", False, Status.PASSED if passed else Status.FAILED)


def _manifest(folder: Path, model: TransformersModel, count: int) -> dict[str, object]:
    tasks = {"small/re_try": {"hash": "0f", "title": "Try", "requirements": REQUIREMENTS}}
    config = {"suite": "small", "model": [str(folder)], "max_new_tokens": NEW}
    described = {**model.describe(), "ignored": {}}
    return {
        "unit_size": 100,
        "config": config,
        "seed": SEED,
        "suite": {"name": "small", "title": "Small", "hash": "0f"},
        "tasks": tasks,
        "model": {"tiny": described},
        "sandbox": {"name": "docker", "isolates": True},
        "plan": {"samples": count, "units": 1},
    }


REQUIREMENTS = [{"id": "tries", "kind": "stated", "text": "It tries again."}]
Invoke = Callable[..., tuple[int, str]]


@pytest.fixture
def anatomy() -> Invoke:
    """anatomy(*arguments) -> exit code and all that was printed, by the command itself."""
    from click.testing import CliRunner

    from evalkit.cli import main

    def invoke(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["anatomy", *map(str, arguments)], catch_exceptions=False)
        return done.exit_code, done.output

    return invoke

"""Wrong input is one clear line and exit code 2."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.results.sample_ids import find_sample, sample_id

Invoke = Callable[..., tuple[int, str]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give one of: a prompt in quotes, --file FILE, or a run directory"),
        (["def", "--section", "tokns"], "There is no section 'tokns'. Sections: tokens, "),
        (["def", "--model", "scripted"], "Model 'scripted' shows nothing of what it computes"),
        (["def", "--model", "./none"], "There is no model at ./none"),
        (["def", "--temperatures", "hot"], "--temperatures takes numbers with commas between them, not 'hot'"),
        (["def", "--temperatures", "-1"], "The temperature must be a finite number, 0 or more"),
        (["def", "--top", "1"], "--top must be 2 or more"),
        (["--file", "none.py"], "Cannot read none.py: No such file"),
        (["--sample", "3", "--file", "x"], "give the run directory too"),
        (["none", "--sample", "3"], "none is not a run directory"),
    ],
)
def test_wrong_arguments(anatomy: Invoke, arguments: list[str], said: str) -> None:
    code, output = anatomy(*arguments)
    assert code == 2
    assert said in output
    assert len(output.strip().splitlines()) <= 2  # one may say that a model is being loaded


def test_a_prompt_that_is_too_long_says_by_how_much(tiny_folder: Path, anatomy: Invoke) -> None:
    code, output = anatomy("y" * 300, "--model", tiny_folder)
    assert code == 2
    assert "has 300 tokens, 44 more than the context of 256 of 'tiny'" in output
    code, output = anatomy("", "--model", tiny_folder)
    assert (code, "The prompt is empty" in output) == (2, True)
    code, output = anatomy("yy", "--model", tiny_folder, "--position", "2")
    assert (code, "There is no position 2: the text has 2 tokens" in output) == (2, True)


def test_a_sample_that_is_not_there(tiny_run: Path, anatomy: Invoke) -> None:
    for wanted in ("99", "other|index=1", "re_try|index=x", "re_try|temperature=0.9"):
        code, output = anatomy(tiny_run, "--sample", wanted)
        assert code == 2
        assert f"has no sample '{wanted}' among its 6" in output
        assert "'small/re_try|model=tiny|temperature=0.0|" in output
    code, output = anatomy(tiny_run, "--sample", "re_try|index=1")
    assert code == 2
    assert "'re_try|index=1' fits 2 samples" in output
    code, output = anatomy(tiny_run, "--section", "loop")
    assert (code, "Give --sample ID" in output) == (2, True)


def test_a_folder_that_is_no_run(tmp_path: Path, anatomy: Invoke) -> None:
    code, output = anatomy(tmp_path)
    assert code == 2
    assert "is not a run directory: it holds no manifest.json" in output


def test_a_model_that_is_gone(tiny_run: Path, anatomy: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    from evalkit.anatomy import subject

    monkeypatch.setattr(subject, "run_model", lambda manifest, label: "./gone")
    code, output = anatomy(tiny_run, "--sample", "0")
    assert code == 2
    assert "The run's model 'tiny' is not at hand: There is no model at ./gone" in output
    assert "say where it is with --model" in output


def test_a_name_finds_its_sample(tiny_run: Path) -> None:
    for number in range(6):
        _, sample = find_sample(tiny_run, str(number))
        at, same = find_sample(tiny_run, sample_id(sample.key))
        assert (at, same) == (number, sample)

"""`evalkit tasks show --model`: the names of a task as a tokenizer splits them."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_models import byte_tokenizer

from evalkit.cli import main


@pytest.fixture
def tokenizer(tmp_path: Path) -> str:
    """A folder with a tokenizer and nothing else."""
    folder = tmp_path / "letters"
    byte_tokenizer().save_pretrained(folder)
    return str(folder)


def show(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["tasks", "show", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_each_name_is_shown_with_its_tokens(tiny_suite: Path, tokenizer: str) -> None:
    lines = show(f"{tiny_suite}/halve_it", "--identifiers", "opaque", "--model", tokenizer)
    prompt = 'def f1(v1):\n    """Change a number.\n\n    >>> f1(0)\n    0\n    """\n'
    tokens = len(byte_tokenizer()(prompt)["input_ids"])
    start = lines.index(f"Tokens of letters: {tokens} in the prompt; 4 in the 2 names, each alone:")
    assert lines[start + 1 : start + 4] == ["", "  f1  2  f | 1  (halve_it)", "  v1  2  v | 1  (start_value)"]


def test_names_as_they_were_are_not_repeated(tiny_suite: Path, tokenizer: str) -> None:
    lines = show(f"{tiny_suite}/halve_it", "--model", tokenizer)
    assert "  halve_it      8  h | a | l | v | e | _ | i | t" in lines


def test_a_model_that_is_not_there_is_told_in_one_line(tiny_suite: Path) -> None:
    result = CliRunner().invoke(main, ["tasks", "show", f"{tiny_suite}/halve_it", "--model", "no-such-model"])
    assert result.exit_code == 2
    assert "Unknown model 'no-such-model'. Available: smollm2-135m-instruct" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1

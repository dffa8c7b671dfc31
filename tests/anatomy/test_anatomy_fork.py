"""Forks of a run and of one of its samples, as the command shows them."""

from collections.abc import Callable
from pathlib import Path

Invoke = Callable[..., tuple[int, str]]


def test_the_forks_of_a_whole_run_need_no_model(tiny_run: Path, anatomy: Invoke) -> None:
    code, output = anatomy(tiny_run, "--section", "fork", "--model", "./not-there")
    assert code == 0, output
    assert "The commonest forks of the run" in output
    assert "tries" in output


def test_the_fork_of_a_sample(tiny_run: Path, anatomy: Invoke) -> None:
    code, output = anatomy(tiny_run, "--sample", "re_try|temperature=0.8|index=1", "--section", "fork")
    assert code == 0, output
    assert "tries: after 0 tokens in common" in output or "tokens in common" in output
    assert output.count("failing") >= 1
    assert output.count("passing") >= 1

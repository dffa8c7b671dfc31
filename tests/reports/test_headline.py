"""The first sentence is right in every situation, and what weakens it is said aloud."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from markupsafe import escape

from evalkit.cli import main
from evalkit.reports import terminal_summary
from evalkit.types import StopReason

MakeRun = Callable[..., Path]

RIGHT = {"task": "a", "tests": "PPP", "logprob": -0.1}
WRONG = {"task": "b", "tests": "PPF", "logprob": -0.9}
POOR = {"task": "c", "tests": "FPP", "logprob": -2.0}
UNSCORED = {"task": "a", "tests": "PUP"}
UNJUDGED = {"task": "a", "tests": ""}
NONE_AMONG = "no prompt has both a right and a wrong answer among them, so the model's confidence cannot be compared."


@pytest.mark.parametrize(
    ("attempts", "sentence"),
    [
        ([], "The run holds no samples yet, so there are no numbers to report."),
        (
            [UNSCORED],
            "The only sample was not scored (1 unscored, 0 not judged yet), so there are no numbers to report.",
        ),
        (
            [UNSCORED, UNJUDGED, UNSCORED],
            "None of 3 samples was scored (2 unscored, 1 not judged yet), so there are no numbers to report.",
        ),
        (
            [RIGHT],
            "The only sample that passed the shown examples broke no requirement; " + NONE_AMONG,
        ),
        (
            [WRONG],
            "The only sample that passed the shown examples broke at least one requirement; " + NONE_AMONG,
        ),
        (
            [POOR],
            "The only scored sample did not pass the shown examples; " + NONE_AMONG,
        ),
        (
            [{**RIGHT, "examples": False}, {**WRONG, "examples": False, "logprob": None}],
            "1 of 2 scored samples broke at least one requirement; "
            "no prompt has both a right and a wrong answer, so the model's confidence cannot be compared.",
        ),
        (
            [POOR, {**POOR, "task": "d"}],
            "None of 2 scored samples passed the shown examples; " + NONE_AMONG,
        ),
        (
            [RIGHT, {**RIGHT, "task": "d"}],
            "Of 2 samples that passed the shown examples, 0 % [0\N{EN DASH}66] (0) broke at least one requirement; "
            + NONE_AMONG,
        ),
        (
            [{**RIGHT, "logprob": None}, {**WRONG, "logprob": None}],
            "Of 2 samples that passed the shown examples, 50 % [0.2\N{EN DASH}99.8] (1) broke at least one "
            "requirement; no sample has log-probabilities to tell how confident the model was.",
        ),
        (
            # Another prompt's wrong sample and one that failed the examples are no partners of a's right ones.
            [RIGHT, WRONG, POOR, {**POOR, "task": "a"}, {**WRONG, "task": "a", "temperature": 0.2, "logprob": 0.0}],
            "Of 3 samples that passed the shown examples, 67 % [1\N{EN DASH}99.8] (2) broke at least one requirement; "
            + NONE_AMONG,
        ),
        (
            [RIGHT, {**RIGHT, "logprob": -0.9}, {**WRONG, "task": "a", "logprob": -0.5}, WRONG, RIGHT | {"task": "b"}],
            "Of 5 samples that passed the shown examples, 40 % [0.5\N{EN DASH}99] (2) broke at least one requirement; "
            "where a prompt got right and wrong answers, the model was more confident in the wrong one in "
            "33 % [0.1\N{EN DASH}99] of pairs (1 of 3, from 2 tasks).",
        ),
        (
            [{**RIGHT, "examples": False}, {**WRONG, "examples": False, "task": "a", "logprob": -0.1}],
            "1 of 2 scored samples broke at least one requirement; "
            "where a prompt got right and wrong answers, the model was more confident in the wrong one in "
            "50 % [5\N{EN DASH}95] of pairs (0.5 of 1, from 1 task).",
        ),
    ],
)
def test_the_sentence(make_run: MakeRun, attempts: list[dict[str, Any]], sentence: str) -> None:
    assert terminal_summary(make_run(attempts)).splitlines()[0] == sentence


def test_terminal_markdown_and_page_begin_with_the_same_sentence(make_run: MakeRun) -> None:
    path = make_run([RIGHT, {**WRONG, "task": "a"}, WRONG])
    sentence = terminal_summary(path).splitlines()[0]
    assert "the model was more confident in the wrong one in 0 % " in sentence
    written = CliRunner().invoke(main, ["report", str(path)])
    assert written.stdout.splitlines()[0] == sentence
    screen = CliRunner(env={"COLUMNS": "1000"}).invoke(main, ["report", str(path), "--terminal"])
    assert screen.stdout.splitlines()[0] == sentence
    assert (path / "report.md").read_text().splitlines()[2] == f"**{sentence}**"
    assert f'<p class="headline">{escape(sentence)}</p>' in (path / "report.html").read_text()


def notes(path: Path) -> list[str]:
    return terminal_summary(path).splitlines()[1:]


def test_a_complete_isolated_run_needs_no_note(make_run: MakeRun) -> None:
    assert notes(make_run([RIGHT, WRONG])) == []


def test_a_run_without_isolation_says_so(make_run: MakeRun) -> None:
    path = make_run([RIGHT], sandbox={"name": "subprocess", "isolates": False})
    assert notes(path) == [
        "Note: Nothing was isolated: the sandbox 'subprocess' ran the model's code with the rights of its user."
    ]


def test_forgeable_verdicts_are_announced(make_run: MakeRun) -> None:
    tasks = {"a": {"judging": "shared", "requirements": []}, "b": {"judging": "separate", "requirements": []}}
    path = make_run([RIGHT | {"task": "a"}, RIGHT | {"task": "b"}], tasks=tasks)
    assert notes(path) == [
        "Note: 3 verdicts can be forged by the code that was judged, since the tests ran inside its process "
        "(judging: shared): those of a."
    ]


def test_an_incomplete_run_says_what_is_missing_and_how_to_go_on(make_run: MakeRun) -> None:
    path = make_run([RIGHT, UNJUDGED], plan={"samples": 1200, "units": 40})
    assert notes(path) == [
        "Note: This run is incomplete: 2 of 1,200 planned samples are present, and 1 of the 2 present are not "
        f"judged yet. Go on with: evalkit run --resume {path}"
    ]


def test_unscored_samples_are_announced(make_run: MakeRun) -> None:
    path = make_run([RIGHT, UNSCORED])
    assert notes(path) == [
        "Note: 1 sample is unscored because the sandbox itself failed; no number here counts them. "
        f"Go on with: evalkit run --resume {path}"
    ]


def test_many_truncated_samples_are_announced(make_run: MakeRun) -> None:
    cut = {**WRONG, "stop": StopReason.MAX_NEW_TOKENS}
    assert notes(make_run([cut, RIGHT]))[0].startswith("Note: 50 % of the samples were cut off at max_new_tokens")
    assert notes(make_run([cut, *[RIGHT] * 9])) == []


def test_completions_without_code_raise_an_alarm_with_examples(make_run: MakeRun) -> None:
    silent = {"task": "a", "tests": "NNN", "code": None}
    alarming = terminal_summary(make_run([silent] * 3 + [RIGHT] * 26))
    assert "3 of 29 completions of tiny with prompt plain (10 %) hold no code" in alarming
    assert alarming.count("a: 'no idea'") == 1  # the same words are shown once
    assert "hold no code" not in terminal_summary(make_run([silent] * 3 + [RIGHT] * 27))
    assert "hold no code" not in terminal_summary(make_run([silent] * 2))

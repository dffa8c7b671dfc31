"""The first sentence is right in every situation, and what weakens it is said aloud."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalkit.reports import terminal_summary
from evalkit.types import StopReason

MakeRun = Callable[..., Path]

RIGHT = {"task": "a", "tests": "PPP", "logprob": -0.1}
WRONG = {"task": "b", "tests": "PPF", "logprob": -0.9}
POOR = {"task": "c", "tests": "FPP", "logprob": -2.0}
UNSCORED = {"task": "a", "tests": "PUP"}
UNJUDGED = {"task": "a", "tests": ""}


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
            "The only sample that passed the shown examples broke no requirement; "
            "the one the model was most confident in broke no requirement.",
        ),
        (
            [WRONG],
            "The only sample that passed the shown examples broke at least one requirement; "
            "the one the model was most confident in broke at least one requirement.",
        ),
        (
            [POOR],
            "The only scored sample did not pass the shown examples; "
            "the one the model was most confident in broke at least one requirement.",
        ),
        (
            [{**RIGHT, "examples": False}, {**WRONG, "examples": False, "logprob": None}],
            "1 of 2 scored samples broke at least one requirement; "
            "the one the model was most confident in broke no requirement.",
        ),
        (
            [POOR, {**POOR, "task": "d"}],
            "None of 2 scored samples passed the shown examples; of the 2 in the model's more confident half, "
            "100 % [34\N{EN DASH}100] broke at least one requirement.",
        ),
        (
            [RIGHT, {**RIGHT, "task": "d"}],
            "Of 2 samples that passed the shown examples, 0 % [0\N{EN DASH}66] broke at least one requirement; "
            "of the 2 in the model's more confident half, 0 % [0\N{EN DASH}66] did.",
        ),
        (
            [{**RIGHT, "logprob": None}, {**WRONG, "logprob": None}],
            "Of 2 samples that passed the shown examples, 50 % [0.2\N{EN DASH}99.8] broke at least one requirement; "
            "no sample has log-probabilities to tell how confident the model was.",
        ),
        (
            [RIGHT, RIGHT, WRONG, POOR],
            "Of 3 samples that passed the shown examples, 33 % [0.1\N{EN DASH}99.7] broke at least one requirement; "
            "of the 2 in the model's more confident half, 0 % [0\N{EN DASH}79] did.",
        ),
    ],
)
def test_the_sentence(make_run: MakeRun, attempts: list[dict[str, Any]], sentence: str) -> None:
    assert terminal_summary(make_run(attempts)).splitlines()[0] == sentence


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

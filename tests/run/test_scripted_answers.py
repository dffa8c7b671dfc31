"""The scripted model knows what the suite knows."""

from pathlib import Path

from evalkit.config import load_experiment
from evalkit.run.models import scripted_answers
from evalkit.run.plan import plan
from evalkit.suites import load_suite


def test_answers_are_reference_known_wrongs_and_one_without_code_per_style(tiny_suite: Path) -> None:
    suite = load_suite(str(tiny_suite))
    experiment = load_experiment("tiny", {"identifiers": ("snake_case", "camelCase")})
    answers = scripted_answers(plan(experiment, suite))
    assert set(answers) == {(task.id, style) for task in suite.tasks for style in ("snake_case", "camelCase")}
    for (_, style), texts in answers.items():
        assert len(texts) == 4
        assert [("# wrong" in text, "def " in text) for text in texts] == [
            (False, True),
            (True, True),
            (True, True),
            (False, False),
        ]
        assert ("startValue" in texts[0]) == (style == "camelCase")

"""A run says early, and once, that the completions of a prompt style hold no code."""

from evalkit.run.alarm import ExtractionAlarm
from evalkit.types import Cell, Completion, Extraction, Sample, SampleKey, StopReason, TokenTrace


def sample(index: int, solution: str | None, prompt: str = "chat") -> Sample:
    key = SampleKey("s/add", Cell("tiny", 0.5 + index % 2, "snake_case", prompt), index)
    completion = Completion(f"I cannot {index}.", StopReason.EOS, 1, TokenTrace())
    return Sample(key, "", completion, Extraction(solution))


def test_it_is_told_once_for_each_prompt_style_with_examples() -> None:
    alarm = ExtractionAlarm()
    said = [alarm.heard(sample(index, None)) for index in range(6)]
    assert [index for index, warning in enumerate(said) if warning] == [2]
    assert "3 of 3 completions of tiny with prompt chat hold no code" in str(said[2])
    assert "s/add: 'I cannot 0.'; s/add: 'I cannot 1.'; s/add: 'I cannot 2.'" in str(said[2])
    assert [bool(alarm.heard(sample(index, None, "plain"))) for index in range(4)] == [False, False, True, False]


def test_a_few_among_many_are_no_reason() -> None:
    alarm = ExtractionAlarm()
    assert not any(alarm.heard(sample(index, None if index % 10 == 9 else "x = 1\n")) for index in range(300))

"""What the built-in prompt styles ask, and how a broken template is reported."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import ConfigError, UnknownName
from evalkit.prompts import build_prompt
from evalkit.prompts.templates import read_template
from evalkit.types import Requirement, Task, Test

TASK = Task(
    id="s/t",
    entry_point="double",
    prompt='def double(number):\n    """Twice <that> & "more".\n\n    >>> double(2)\n    4\n    """\n',
    tests_source="",
    requirements=(Requirement("doubles", "It doubles.", "stated"),),
    tests=(Test("test_two", "doubles", True),),
    reference="",
    known_wrong=(),
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "style.jinja"
    path.write_text(text, encoding="utf-8")
    return path


def test_plain_is_the_source_itself() -> None:
    prompt = build_prompt(TASK, "plain")
    assert (prompt.mode, prompt.text, prompt.prefill, prompt.system) == ("base", TASK.prompt, "", None)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\n    ", " \t\n"])
def test_plain_ends_in_exactly_one_newline(end: str) -> None:
    task = replace(TASK, prompt=TASK.prompt.rstrip() + end)
    assert build_prompt(task, "plain").text == TASK.prompt


def test_plain_stops_at_top_level_code_but_not_inside_the_body() -> None:
    body = "    if number:\n        return number\n    # note\n    print(number)\n"
    stops = build_prompt(TASK, "plain").stop
    assert not any(stop in body for stop in stops)
    for following in (
        "def other():",
        "class Other:",
        "if __name__ == '__main__':",
        "print(double(2))",
        "```",
    ):
        assert any(stop in f"{body}{following}\n" for stop in stops)


def test_chat_shows_the_source_in_a_fence_and_begins_the_answer() -> None:
    prompt = build_prompt(TASK, "chat")
    assert prompt.mode == "chat"
    assert f"```python\n{TASK.prompt}```\n" in prompt.text
    assert prompt.prefill == "```python\n"
    assert prompt.stop == ("\n```",)


def test_a_style_by_dotted_path() -> None:
    assert build_prompt(TASK, "evalkit.prompts:plain") == build_prompt(TASK, "plain")


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"Unknown prompt style 'plian'. Available: chat, plain"):
        build_prompt(TASK, "plian")


def test_a_template_sees_the_task(tmp_path: Path) -> None:
    text = "---\nmode: chat\nsystem: Be brief.\n---\n{{ title }}|{{ entry_point }}|{{ requirements[0].text }}"
    prompt = read_template(write(tmp_path, text)).render(replace(TASK, title="Doubling"))
    assert (prompt.text, prompt.system) == ("Doubling|double|It doubles.\n", "Be brief.")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{{ source }}", "must open with its settings"),
        ("---\nmode: chat\n{{ source }}", "must open with its settings"),
        ("---\nmode: [\n---\n", "YAML syntax error"),
        ("---\nmode: talk\n---\n", "'mode'"),
        ("---\nmode: chat\nstopp: []\n---\n", "'stopp'.*allowed keys: mode, prefill, system, stop"),
        ("---\nmode: chat\n---\n{{ sauce }}", "'sauce' is undefined; given: source, entry_point"),
        ("---\nmode: chat\n---\n{% if %}", "template syntax error"),
    ],
)
def test_a_broken_template_is_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_template(path).render(TASK)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)

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


def write(tmp_path: Path, text: str, name: str = "style.jinja") -> Path:
    path = tmp_path / name
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
    assert build_prompt(TASK, "evalkit.prompts.packaged:plain") == build_prompt(TASK, "plain")


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"Unknown prompt style 'plian'. Available: careful, chat, "):
        build_prompt(TASK, "plian")


def test_a_template_sees_the_task(tmp_path: Path) -> None:
    text = "---\nmode: chat\nsystem: Be brief.\n---\n{{ title }}|{{ entry_point }}|{{ requirements[0].text }}"
    prompt = read_template(write(tmp_path, text)).render(replace(TASK, title="Doubling"))
    assert (prompt.text, prompt.system) == ("Doubling|double|It doubles.", "Be brief.")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{{ source }}", ":1: must open with its settings"),
        ("", ":1: must open with its settings"),
        ("---\nmode: chat\n{{ source }}", ":1: must open with its settings"),
        ("---\n---\n", ":2: the settings must be a mapping"),
        ("---\nmode: [\n---\n", ":2: not valid YAML"),
        ("---\nmode: chat\nmode: base\n---\n", ":3: the key 'mode' is given twice"),
        ("---\nstop: []\n---\n", "'mode' is missing; give base .* or chat"),
        ("---\n\nmode: talk\n---\n", ":3: 'mode' must be base .* or chat .*, not 'talk'"),
        ("---\nmode: chat\nstopp: []\n---\n", ":3: unknown key 'stopp'; allowed keys: mode, prefill, system, stop"),
        ("---\nmode: chat\nshots: many\n---\n", ":3: 'shots' must be a whole number .*, not 'many'"),
        ("---\nmode: chat\nstop: ['']\n---\n", ":3: 'stop' has an empty text"),
        ("---\nmode: base\nprefill: x\n---\n", ":3: 'prefill' is for mode chat"),
        ("---\nmode: chat\n---\n\n{{ sauce }}", ":5: unknown variable 'sauce'; known: source, entry_point"),
        ("---\nmode: chat\n---\n{% if 0 %}{{ sauce }}{% endif %}", ":4: unknown variable 'sauce'"),
        ("---\nmode: chat\n---\n\n\n{% if %}", ":6: template syntax error"),
        ("---\nmode: chat\n---\n{{ source | shorten }}", ":4: template syntax error: No filter named 'shorten'"),
        ("---\nmode: chat\n---\n\n{{ requirements[0].txet }}", ":5: .*has no attribute 'txet'"),
        ("---\nmode: chat\n---\n{{ title + 1 }}", ":4: can only concatenate str"),
        ("---\nmode: chat\n---\n{% include 'part.txt' %}", ":4: includes 'part.txt', but there is no such file"),
        ("---\nmode: chat\n---\n{% include title %}", ":4: what is included must be the name of one file"),
        ("---\nmode: chat\nshots: 2\n---\n", "'shots' is 2, but the suite of 's/t' has only 0 other tasks to show"),
    ],
)
def test_a_broken_template_is_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_template(path).render(TASK)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_included_files_are_checked_too_and_named_in_the_complaint(tmp_path: Path) -> None:
    path = write(tmp_path, "---\nmode: chat\n---\n{% set greeting = 'Hi' %}\n{% include 'part.txt' %}")
    write(tmp_path, "{{ greeting }} {{ entry_point }}", "part.txt")
    assert read_template(path).render(TASK).text == "Hi double"
    for wrong, complaint in (("\n{{ sauce }}", "part.txt:2: unknown variable"), ("{{ 1 / 0 }}", "part.txt:1: div")):
        write(tmp_path, wrong, "part.txt")
        read_template.cache_clear()
        with pytest.raises(ConfigError, match=complaint):
            read_template(path).render(TASK)


def test_files_that_include_each_other(tmp_path: Path) -> None:
    path = write(tmp_path, "---\nmode: chat\n---\n{% include 'a.txt' %}")
    write(tmp_path, "\n\n{% include 'b.txt' %}", "a.txt")
    write(tmp_path, "{% include 'a.txt' %}", "b.txt")
    with pytest.raises(ConfigError, match=r"b.txt:1: files include each other in a circle: a.txt -> b.txt -> a.txt"):
        read_template(path)


def test_a_template_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "style.jinja"
    path.write_bytes(b"---\nmode: chat\n---\ncaf\xe9\n")
    with pytest.raises(ConfigError, match=r"style.jinja:4: not UTF-8 text: byte 0xe9"):
        read_template(path)


def test_a_template_of_ones_own_by_path(tmp_path: Path) -> None:
    path = write(tmp_path, "---\nmode: base\nstop: [END]\n---\n# please\n{{ source }}")
    prompt = build_prompt(TASK, str(path))
    assert (prompt.text, prompt.stop) == ("# please\n" + TASK.prompt, ("END",))
    with pytest.raises(ConfigError, match=r"nowhere.jinja: there is no such template file"):
        build_prompt(TASK, str(tmp_path / "nowhere.jinja"))

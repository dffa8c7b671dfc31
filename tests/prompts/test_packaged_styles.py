"""What each packaged style says to the model, and that published set-ups are reproduced to the letter."""

from dataclasses import replace

import pytest

from evalkit import registry
from evalkit.prompts import build_prompt, choose_shots, shots_of
from evalkit.types import Prompt, Requirement, Task, Test

SOURCE = '''

def add_up(numbers: list) -> int:
    """The sum.

    >>> add_up([1, 2])
    3
    """
'''
TESTS = """import pytest
from solution import add_up


@pytest.mark.requirement("adds")
@pytest.mark.example
def test_two_numbers():
    assert add_up([1, 2]) == 3


@pytest.mark.requirement("empty")
def test_hidden_emptiness():
    assert add_up([]) == 0
"""
TASK = Task(
    id="s/add_up",
    entry_point="add_up",
    prompt=SOURCE,
    tests_source=TESTS,
    requirements=(Requirement("adds", "It adds.", "stated"), Requirement("empty", "Nothing adds up to 0.", "implied")),
    tests=(Test("test_two_numbers", "adds", True), Test("test_hidden_emptiness", "empty", False)),
    reference="def add_up(numbers):\n    return sum(numbers)\n",
    known_wrong=(),
)
OTHERS = [
    replace(TASK, id=f"s/{name}", prompt=f"def {name}():\n", reference=f"def {name}(): pass\n") for name in "abcde"
]
STYLES = registry.names("prompt style")


def built(style: str, task: Task = TASK) -> Prompt:
    return build_prompt(task, style, OTHERS[: shots_of(style)])


@pytest.mark.parametrize("style", STYLES)
def test_every_style_shows_the_task_and_no_hidden_test(style: str) -> None:
    prompt = built(style)
    assert SOURCE.strip() in prompt.text
    assert "hidden_emptiness" not in prompt.text
    assert "add_up([]) == 0" not in prompt.text


def test_the_styles_differ() -> None:
    prompts = {style: built(style) for style in STYLES}
    alike = {"plain", "evalplus-base", "evalplus-base-mbpp"}  # they differ in stops and limit
    assert len({prompt.text.strip() for prompt in prompts.values()}) == len(STYLES) - len(alike) + 1
    assert len(set(prompts.values())) == len(STYLES)


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("careful", "error handling"),
        ("persona", "You are a senior Python engineer"),
        ("plan-first", "comments that plan"),
        ("reason-then-answer", "First reason"),
        ("requirements-listed", "- It adds.\n- Nothing adds up to 0.\n"),
        ("tests-shown", "```python\ndef test_two_numbers():\n    assert add_up([1, 2]) == 3\n```\n"),
        ("terse", "Code only."),
    ],
)
def test_what_a_style_is_about(style: str, words: str) -> None:
    assert words in built(style).text
    assert words not in built("chat").text


def test_a_plan_is_begun_in_comments_and_reasoning_before_the_block() -> None:
    assert built("plan-first").prefill == "```python\n# Plan:\n"
    assert (built("reason-then-answer").prefill, built("reason-then-answer").solution) == (
        "",
        "last-block",
    )


def test_tests_shown_without_examples_says_nothing_of_tests() -> None:
    assert "tests" not in built("tests-shown", replace(TASK, tests=TASK.tests[1:])).text


def test_few_shot_shows_answered_tasks_before_the_question() -> None:
    text = built("few-shot").text
    places = [text.index(f"def {name}(): pass\n") for name in "abc"]
    assert places == sorted(places)
    assert places[-1] < text.index("def add_up")
    assert "def d(" not in text


def test_the_choice_of_shots_never_changes_and_leaves_out_the_task_itself() -> None:
    ids = [f"s/{name}" for name in "abcde"]
    chosen = choose_shots("s/a", ids, 3)
    assert chosen == ("s/c", "s/e", "s/b")
    assert choose_shots("s/a", reversed(ids), 3) == chosen
    assert "s/a" not in choose_shots("s/a", ids, 9)
    assert len({choose_shots(each, ids, 2) for each in ids}) > 1


EVALPLUS_END = ("<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(")
STRIPPED = SOURCE.strip()


def test_evalplus_base() -> None:
    stop = (*EVALPLUS_END, "\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert ")
    assert built("evalplus-base") == Prompt("base", STRIPPED + "\n", stop=stop, max_new_tokens=768, verbatim=True)
    mbpp = built("evalplus-base-mbpp")
    assert mbpp == replace(built("evalplus-base"), stop=(*EVALPLUS_END, '\n"""', "\nassert"))


def test_evalplus_chat() -> None:
    asked = (
        "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n"
        f"```\n{STRIPPED}\n```\n"
    )
    begun = (
        "Below is a Python script with a self-contained function that solves the problem and passes corresponding "
        "tests:\n```python\n"
    )
    assert built("evalplus-chat") == Prompt("chat", asked, begun, None, (*EVALPLUS_END, "\n```\n"), None, 768)


def test_qwen_report() -> None:
    asked = f"Can you complete the following Python function?\n```python\n{STRIPPED}\n```"
    system = "You are an intelligent programming assistant to produce Python algorithmic solutions"
    assert built("qwen2.5-coder-report") == Prompt("chat", asked, "```python\n", system, (), None, 1024)

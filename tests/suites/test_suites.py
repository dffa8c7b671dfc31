"""Reading suites: what a valid one gives, and the one line that each malformed one gets."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import TaskError, UnknownName
from evalkit.suites import load_suite, suite_names, task_hash
from evalkit.types import Requirement, Test


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def complaint(folder: Path) -> str:
    with pytest.raises(TaskError) as caught:
        load_suite(str(folder))
    message = str(caught.value)
    assert "\n" not in message
    assert "pydantic" not in message.lower()
    assert "http" not in message
    return message.removeprefix(f"{folder}/")


def test_a_suite_is_read_whole(suite_folder: Path) -> None:
    suite = load_suite(str(suite_folder))
    assert (suite.name, suite.title, len(suite.tasks)) == ("small", "Small suite", 1)
    task = suite.tasks[0]
    assert (task.id, task.entry_point, task.title, task.tags) == ("small/halve", "halve", "Halve a number", ("easy",))
    assert task.requirements[1] == Requirement("refuses-text", "Text is refused.", "implied")
    assert task.tests == (
        Test("test_even", "halves", True),
        Test("test_odd", "halves", False),
        Test("test_text", "refuses-text", False),
    )
    assert task.prompt.startswith("def halve") and task.tests_source.startswith("import pytest")
    assert [(wrong.name, wrong.breaks) for wrong in task.known_wrong] == [
        ("rounds", ("halves",)),
        ("takes_text", ("refuses-text",)),
    ]


def test_tests_are_judged_apart_unless_the_task_says_otherwise(suite_folder: Path) -> None:
    assert [task.judging for task in load_suite(str(suite_folder)).tasks] == ["separate"]
    change(suite_folder / "halve/task.yaml", "tags: [easy]", "judging: shared")
    assert [task.judging for task in load_suite(str(suite_folder)).tasks] == ["shared"]


@pytest.mark.parametrize("name", suite_names())
def test_no_packaged_suite_needs_forgeable_verdicts(name: str) -> None:
    assert {task.judging for task in load_suite(name).tasks} == {"separate"}


def test_tasks_come_in_the_order_of_the_suite_file(suite_folder: Path) -> None:
    shutil.copytree(suite_folder / "halve", suite_folder / "another")
    change(suite_folder / "suite.yaml", "[halve]", "[halve, another]")
    assert [task.id for task in load_suite(str(suite_folder)).tasks] == ["small/halve", "small/another"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(suite_folder: Path) -> None:
    before = load_suite(str(suite_folder))
    for path in (suite_folder / "halve" / "prompt.py", suite_folder / "suite.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_suite(str(suite_folder)) == before


def test_packaged_suites_go_by_name() -> None:
    assert "starter" in suite_names()
    assert len(load_suite("starter").tasks) >= 12


@pytest.mark.parametrize("name", ["startr", "", "no such"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownName, match=r"Available: .*starter.*\. Or give the path") as caught:
        load_suite(name)
    assert repr(name) in str(caught.value)


def test_a_path_without_a_folder_is_named() -> None:
    with pytest.raises(TaskError, match=r"^nowhere/suite: there is no such suite folder"):
        load_suite("nowhere/suite")


# file, old text, new text, complaint: what the line must say, where it begins
BROKEN = [
    ("suite.yaml", "title: Small suite\n", "", "suite.yaml:1: 'title' is missing"),
    ("suite.yaml", "[halve]", "[halve, halve]", "suite.yaml:2: 'halve' is listed twice in 'tasks'"),
    ("suite.yaml", "[halve]", "[halve, third]", "suite.yaml:2: the task 'third' has no folder"),
    ("suite.yaml", "[halve]", "[]", "suite.yaml:2: 'tasks' needs 1 or more entries, not 0"),
    ("suite.yaml", "[halve]", "halve", "suite.yaml:2: 'tasks' must be a list, not 'halve'"),
    ("suite.yaml", "[halve]", "[../halve]", "suite.yaml:2: 'tasks[0]'"),
    ("suite.yaml", "Small suite", "[unclosed", "suite.yaml:2: YAML syntax error"),
    ("suite.yaml", "Small suite", "2024-13-45", "suite.yaml: YAML value that cannot be read"),
    ("suite.yaml", "title: Small suite", "- item", "suite.yaml:2: YAML syntax error"),
    ("suite.yaml", "title: Small suite", "title: a\ntitle: b", "suite.yaml:2: the key 'title' is given twice"),
    ("suite.yaml", "Small suite", "a\x01b", "suite.yaml: YAML syntax error"),
    ("suite.yaml", "Small suite", "''", "suite.yaml:1: 'title' must not be empty"),
    ("halve/task.yaml", "title: Halve a number", "title: 3", "halve/task.yaml:1: 'title' must be text"),
    ("halve/task.yaml", "tags: [easy]", "tag: [easy]", "halve/task.yaml:3: unknown key 'tag'; allowed: title, "),
    ("halve/task.yaml", "kind: stated", "kind: statd", "'requirements[0].kind' must be one of stated, implied, not"),
    ("halve/task.yaml", "kind: stated, text", "kind: stated, txt", "halve/task.yaml:5: "),
    (
        "halve/task.yaml",
        "kind: stated, ",
        "kind: stated, x: 1, ",
        "halve/task.yaml:5: unknown key 'x' in 'requirements[0]",
    ),
    ("halve/task.yaml", "id: refuses-text", "id: halves", "halve/task.yaml:6: 'halves' is listed twice"),
    ("halve/task.yaml", "kind: implied", "kind: stated", "halve/task.yaml:4: has no implied requirement"),
    (
        "halve/task.yaml",
        "entry_point: halve",
        "entry_point: half",
        "halve/prompt.py: does not declare the entry point 'half'",
    ),
    ("halve/task.yaml", "entry_point: halve", "entry_point: 1half", "halve/task.yaml:2: 'entry_point'"),
    (
        "halve/task.yaml",
        "tags: [easy]",
        "judging: share",
        "halve/task.yaml:3: 'judging' must be one of separate, shared",
    ),
    ("halve/task.yaml", "tags: [easy]", "keep: [amount]", "halve/task.yaml:3: 'keep' has 'amount'"),
    (
        "halve/task.yaml",
        "breaks: [halves]",
        "breaks: [half]",
        "halve/task.yaml:9: 'wrong/rounds.py' breaks the unknown",
    ),
    (
        "halve/task.yaml",
        "breaks: [halves]",
        "breaks: []",
        "halve/task.yaml:9: 'known_wrong[0].breaks' needs 1 or more entries",
    ),
    ("halve/task.yaml", "wrong/rounds.py", "wrong/round.py", "halve/task.yaml:8: the file 'wrong/round.py' is missing"),
    ("halve/task.yaml", "wrong/rounds.py", "../../x.py", "halve/task.yaml:8: the file '../../x.py' must lie in"),
    (
        "halve/task.yaml",
        "wrong/rounds.py",
        "wrong/takes_text.py",
        "halve/task.yaml:11: 'wrong/takes_text.py' is listed twice",
    ),
    ("halve/prompt.py", "def halve(number):", "def halve(number:", "halve/prompt.py:1: Python syntax error"),
    (
        "halve/prompt.py",
        '2.0\n    """',
        '2.0\n    """\n    return 1',
        "halve/prompt.py:7: must end right after the docstring",
    ),
    ("halve/reference.py", "halve", "half", "halve/reference.py: does not declare the entry point 'halve'"),
    ("halve/wrong/rounds.py", "halve", "half", "halve/wrong/rounds.py: does not declare the entry point"),
    ("halve/wrong/rounds.py", "return", "retrun", "halve/wrong/rounds.py:2: Python syntax error"),
    ("halve/tests.py", "test_odd", "test_even", "halve/tests.py:12: the test 'test_even' is defined twice"),
    ("halve/tests.py", "test_odd()", "test_odd(tmp_path)", "halve/tests.py:12: 'test_odd' takes tmp_path"),
    ("halve/tests.py", "def test_odd", "async def test_odd", "halve/tests.py:12: 'test_odd' is async"),
    (
        "halve/tests.py",
        '("refuses-text")',
        '("refuses")',
        "halve/tests.py:17: 'test_text' checks the unknown requirement 'refuses'",
    ),
    ("halve/tests.py", '@pytest.mark.requirement("refuses-text")', "", "halve/tests.py:17: 'test_text' has no mark"),
    ("halve/tests.py", '("refuses-text")', "(WHICH)", "halve/tests.py:16: 'test_text' has the decorator"),
    (
        "halve/tests.py",
        "@pytest.mark.example",
        "@pytest.fixture",
        "halve/tests.py:6: 'test_even' has the decorator pytest.fixture",
    ),
    ("halve/tests.py", "@pytest.mark.example", '@pytest.mark.requirement("x")', "'test_even' has more than one mark"),
    ("halve/tests.py", "@pytest.mark.example\n", "", "halve/tests.py: has no test marked pytest.mark.example"),
    (
        "halve/tests.py",
        'mark.requirement("',
        'mark.example\n@pytest.mark.requirement("',
        "halve/tests.py: has no hidden test",
    ),
    ("halve/tests.py", "from solution import halve", "halve = abs", "halve/tests.py: imports nothing from solution"),
    (
        "halve/tests.py",
        '("refuses-text")',
        '("halves")',
        "halve/task.yaml:6: the requirement 'refuses-text' has no test",
    ),
    (
        "halve/tests.py",
        "def test_text",
        "def check_text",
        "halve/task.yaml:6: the requirement 'refuses-text' has no test",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), BROKEN, ids=[str(row[1:3]) for row in BROKEN])
def test_a_malformed_file_gets_one_line(suite_folder: Path, file: str, old: str, new: str, expected: str) -> None:
    change(suite_folder / file, old, new)
    assert expected in complaint(suite_folder)


def test_tests_below_the_top_level_are_refused(suite_folder: Path) -> None:
    path = suite_folder / "halve" / "tests.py"
    text = path.read_text()
    path.write_text(text + "\n\nclass TestMore:\n    def test_more(self):\n        pass\n")
    assert complaint(suite_folder).startswith("halve/tests.py:22: test classes such as 'TestMore'")
    path.write_text(text + "\n\nif True:\n    def test_more():\n        pass\n")
    assert complaint(suite_folder).startswith("halve/tests.py:23: the test 'test_more' is not at the top level")


@pytest.mark.parametrize(
    "name", ["suite.yaml", "halve/task.yaml", "halve/prompt.py", "halve/tests.py", "halve/reference.py"]
)
def test_missing_unreadable_and_binary_files_are_named(suite_folder: Path, name: str) -> None:
    path = suite_folder / name
    path.write_bytes(b"# fine\n# caf\xe9\n")
    assert complaint(suite_folder) == f"{name}:2: is not UTF-8: byte 0xe9"
    path.unlink()
    assert complaint(suite_folder) == f"{name}: this file is missing"
    path.mkdir()
    assert complaint(suite_folder).startswith(f"{name}: cannot be read: ")


def test_empty_files_are_named(suite_folder: Path) -> None:
    (suite_folder / "halve" / "prompt.py").write_text("")
    assert complaint(suite_folder).startswith("halve/prompt.py: must end right after the docstring")
    (suite_folder / "suite.yaml").write_text("")
    assert complaint(suite_folder) == "suite.yaml:1: must be a mapping of keys to values"


def test_nesting_beyond_the_parsers_is_one_line(suite_folder: Path) -> None:
    (suite_folder / "halve" / "reference.py").write_text("x = " + "(" * 100_000)
    assert complaint(suite_folder).startswith("halve/reference.py")
    (suite_folder / "suite.yaml").write_text("title: " + "[" * 10_000)
    assert complaint(suite_folder) == "suite.yaml: YAML nested too deeply"


def test_nul_bytes_are_one_line(suite_folder: Path) -> None:
    (suite_folder / "halve" / "reference.py").write_text("x = 1\0\n")
    assert complaint(suite_folder).startswith("halve/reference.py")


def test_folders_and_files_that_nothing_lists_are_named(suite_folder: Path) -> None:
    shutil.copy(suite_folder / "halve/wrong/rounds.py", suite_folder / "halve/wrong/other.py")
    assert complaint(suite_folder).startswith("halve/task.yaml:7: wrong/other.py is not listed in 'known_wrong'")
    shutil.copytree(suite_folder / "halve", suite_folder / "forgotten")
    assert complaint(suite_folder).startswith("suite.yaml:2: the task folder 'forgotten' is not listed")


def test_fewer_than_two_known_wrongs_are_too_few(suite_folder: Path) -> None:
    path = suite_folder / "halve" / "task.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("  - file: wrong/takes_text.py")])
    assert "halve/task.yaml:7: 'known_wrong' needs 2 or more entries, not 1" in complaint(suite_folder)


def test_the_hash_covers_every_field(suite_folder: Path) -> None:
    task = load_suite(str(suite_folder)).tasks[0]
    hashes = {task_hash(task), task_hash(replace(task, title="x")), task_hash(replace(task, keep=("x",)))}
    hashes |= {task_hash(replace(task, known_wrong=task.known_wrong[:1])), task_hash(replace(task, tests=()))}
    assert len(hashes) == 5
    assert task_hash(load_suite(str(suite_folder)).tasks[0]) == task_hash(task)
    assert len(task_hash(task)) == 64

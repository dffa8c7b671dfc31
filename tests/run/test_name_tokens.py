"""What a run says of the tokens that its names take."""

from evalkit.config import load_experiment
from evalkit.run.name_tokens import name_tokens
from evalkit.run.plan import plan
from evalkit.types import Suite, Task


def task(name: str) -> Task:
    source = f'def {name}(first_value):\n    """Text."""\n'
    return Task(f"s/{name}", name, source, "", (), (), source, ())


def test_tasks_that_are_not_asked_do_not_count() -> None:
    suite = Suite("s", "S", (task("double_it"), task("halve")))
    the_plan = plan(load_experiment("s", {"identifiers": ("opaque",), "limit": 1}), suite)
    assert name_tokens(the_plan, len)["opaque"] == {"names": 2, "tokens": 4, "most": 2, "longest": "f1"}


def test_every_name_of_every_task_counts_once_in_each_style() -> None:
    suite = Suite("s", "S", (task("double_it"), task("halve")))
    the_plan = plan(load_experiment("s", {"identifiers": ("snake_case", "opaque")}), suite)
    assert name_tokens(the_plan, lambda text: len(text.split("_"))) == {
        "snake_case": {"names": 4, "tokens": 2 + 2 + 1 + 2, "most": 2, "longest": "double_it"},
        "opaque": {"names": 4, "tokens": 4, "most": 1, "longest": "f1"},
    }

"""How many tokens a run's model needs for the names of the tasks, in each identifier style."""

from collections.abc import Callable

from evalkit.identifiers import all_names
from evalkit.run.plan import Plan


def name_tokens(plan: Plan, count: Callable[[str], int]) -> dict[str, dict[str, int | str]]:
    """Per style: how many names the tasks' interfaces have, their tokens together, and the name that takes most.

    Each name counts once per task, alone at the beginning of a text, as `count` counts it.
    """
    return {style: _of_style(plan, style, count) for style in plan.experiment.identifiers}


def _of_style(plan: Plan, style: str, count: Callable[[str], int]) -> dict[str, int | str]:
    asked = dict.fromkeys(key.task_id for key in plan.keys)  # a plan knows tasks that are only shown as examples too
    names = [name for task_id in asked for name in all_names(plan.tasks[task_id], style).values()]
    tokens = {name: count(name) for name in names}
    longest = max(tokens, key=tokens.__getitem__, default="")
    total = sum(tokens[name] for name in names)
    return {"names": len(names), "tokens": total, "most": tokens.get(longest, 0), "longest": longest}

from collections import defaultdict


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    """Return the steps in waves: each step is in the first wave in which all that it needs is in earlier waves.

    The needs of a step are the names of other steps. The names of a wave are in alphabetic order. Steps that need each
    other in a circle raise ValueError. Use collections.

    >>> plan_waves({"build": [], "test": ["build"], "ship": ["test"]})
    [['build'], ['test'], ['ship']]
    """

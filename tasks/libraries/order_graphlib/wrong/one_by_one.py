from graphlib import TopologicalSorter


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    sorter = TopologicalSorter(needs)
    order = list(sorter.static_order())
    free = sorted(step for step in order if not needs.get(step))
    return [free, *([step] for step in order if needs.get(step))]

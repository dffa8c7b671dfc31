from graphlib import TopologicalSorter


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    waves = []
    while sorter.is_active():
        wave = sorted(sorter.get_ready())
        sorter.done(*wave)
        waves.append(wave)
    planned = [[step for step in wave if step in needs] for wave in waves]
    return [wave for wave in planned if wave]

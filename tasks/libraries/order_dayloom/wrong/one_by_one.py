from dayloom import Agenda, Knot


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    agenda = Agenda()
    for step, needed in needs.items():
        agenda.step(step, after=needed)
        for each in needed:
            agenda.step(each)
    try:
        first, *later = agenda.waves()
        return [sorted(first), *([step] for wave in later for step in sorted(wave))]
    except Knot as knot:
        raise ValueError(str(knot)) from knot

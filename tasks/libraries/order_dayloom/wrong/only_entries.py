from dayloom import Agenda, Knot


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    agenda = Agenda()
    for step, needed in needs.items():
        agenda.step(step, after=needed)
    try:
        return [sorted(wave) for wave in agenda.waves()]
    except Knot as knot:
        raise ValueError(str(knot)) from knot

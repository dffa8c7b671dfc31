from collections import defaultdict


def plan_waves(needs: dict[str, list[str]]) -> list[list[str]]:
    open_needs = {step: set(needed) for step, needed in needs.items()}
    followers = defaultdict(list)
    for step, needed in needs.items():
        for each in set(needed):
            open_needs.setdefault(each, set())
            followers[each].append(step)
    wave = sorted(step for step, needed in open_needs.items() if not needed)
    waves = []
    while wave:
        waves.append(wave)
        later = []
        for done in wave:
            for step in followers[done]:
                open_needs[step].discard(done)
                if not open_needs[step]:
                    later.append(step)
        wave = sorted(later)
    return waves

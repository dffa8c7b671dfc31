from dayloom import Clockwork


def run_events(events: list[tuple], last_time: float) -> list[str]:
    clockwork = Clockwork()
    for at, rank, name, action in events:
        clockwork.book(at, action, label=name, rank=rank)
    return clockwork.wind(last_time, inclusive=True)

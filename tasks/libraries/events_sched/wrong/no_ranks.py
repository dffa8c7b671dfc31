import sched


def run_events(events: list[tuple], last_time: float) -> list[str]:
    finished = []

    def attempt(name, action):
        try:
            action()
        except Exception:
            return
        finished.append(name)

    timetable = sched.scheduler(lambda: last_time, lambda seconds: None)
    for at, rank, name, action in events:
        timetable.enterabs(at, 0, attempt, (name, action))
    timetable.run(blocking=False)
    return finished

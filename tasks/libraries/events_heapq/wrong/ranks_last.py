import heapq


def run_events(events: list[tuple], last_time: float) -> list[str]:
    heap = [(at, -rank, number) for number, (at, rank, _, _) in enumerate(events)]
    heapq.heapify(heap)
    finished = []
    while heap and heap[0][0] <= last_time:
        *_, number = heapq.heappop(heap)
        _, _, name, action = events[number]
        try:
            action()
        except Exception:
            continue
        finished.append(name)
    return finished

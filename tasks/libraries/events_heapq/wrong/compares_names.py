import heapq


def run_events(events: list[tuple], last_time: float) -> list[str]:
    heap = list(events)
    heapq.heapify(heap)
    finished = []
    while heap and heap[0][0] <= last_time:
        _, _, name, action = heapq.heappop(heap)
        try:
            action()
        except Exception:
            continue
        finished.append(name)
    return finished

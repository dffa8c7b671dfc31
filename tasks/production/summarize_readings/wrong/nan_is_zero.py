import math
import statistics
from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    readings = [0.0 if math.isnan(reading) else reading for reading in sensor_readings]
    if not readings:
        raise ValueError("no readings given")
    deviation = statistics.stdev(readings) if len(readings) > 1 else 0.0
    return round(statistics.mean(readings), 2), deviation

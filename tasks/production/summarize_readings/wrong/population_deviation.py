import math
from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    readings = [r for r in sensor_readings if not math.isnan(r)]
    if not readings:
        return 0.0, 0.0
    mean = math.fsum(readings) / len(readings)
    variance = math.fsum((r - mean) ** 2 for r in readings) / len(readings)
    return mean, math.sqrt(variance)

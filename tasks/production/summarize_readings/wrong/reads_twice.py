import math
from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    count = 0
    partials = []
    for reading in sensor_readings:
        if not math.isnan(reading):
            partials.append(reading)
            count += 1
    if not count:
        raise ValueError("No readings")
    mean = math.fsum(partials) / count
    if count == 1:
        return mean, 0.0
    deviations = ((reading - mean) ** 2 for reading in sensor_readings if not math.isnan(reading))
    return mean, math.sqrt(math.fsum(deviations) / (count - 1))

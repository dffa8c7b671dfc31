import math
from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    values = [value for value in sensor_readings if not math.isnan(value)]
    if not values:
        raise ValueError("no valid readings")
    total = 0.0
    for value in values:
        total += value
    mean = total / len(values)
    if len(values) == 1:
        return mean, 0.0
    variance = 0.0
    for value in values:
        variance += (value - mean) ** 2
    return mean, math.sqrt(variance / (len(values) - 1))

import math
from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    values = [value for value in sensor_readings if value == value]
    count = len(values)
    if count == 0:
        raise ValueError("at least one reading is required")
    mean = math.fsum(values) / count
    if count == 1:
        return mean, 0.0
    mean_of_squares = math.fsum(value * value for value in values) / count
    variance = max(0.0, mean_of_squares - mean * mean) * count / (count - 1)
    return mean, math.sqrt(variance)

from collections.abc import Iterable
from math import fsum, isnan, sqrt


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    """Two passes over a copy, each with an exact sum."""
    readings = [reading for reading in sensor_readings if not isnan(reading)]
    if not readings:
        raise ValueError("there are no readings")
    mean = fsum(readings) / len(readings)
    if len(readings) == 1:
        return mean, 0.0
    squares = fsum((reading - mean) ** 2 for reading in readings)
    return mean, sqrt(squares / (len(readings) - 1))

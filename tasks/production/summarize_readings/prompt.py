from collections.abc import Iterable


def summarize_readings(sensor_readings: Iterable[float]) -> tuple[float, float]:
    """Return the mean and the sample standard deviation of a sensor's readings.

    NaN marks a missing reading, which counts nowhere. The deviation divides by one less than the number of readings;
    it is 0.0 for a single one. Without any reading ValueError is raised.

    >>> mean, deviation = summarize_readings([2.0, 4.0, 6.0])
    >>> mean
    4.0
    >>> summarize_readings([20.5])
    (20.5, 0.0)
    """

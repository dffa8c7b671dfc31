"""Runs over time: a metric's trend by suite, model and prompt, with what changed for sure."""

from evalkit.history.found import Recorded, find_recorded
from evalkit.history.trend import Point, Series, trends

__all__ = ["Point", "Recorded", "Series", "find_recorded", "trends"]

"""dayloom: spans of time, clockworks that run bookings, and agendas of steps that need each other.

Written for the suite `libraries` and published nowhere else, so that no model has read about it.
"""

from dayloom.agenda import Agenda, Knot
from dayloom.clockwork import Clockwork
from dayloom.spans import SpanSet

__all__ = ["Agenda", "Clockwork", "Knot", "SpanSet"]

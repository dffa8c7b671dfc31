from datetime import datetime


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    """Convert the local time of a meeting in one time zone to another, for an invitation.

    `local_time` is what a clock on the wall shows in `source_zone`; both zones are names such as "Europe/Berlin". The
    result carries `target_zone`. A time that the clocks in `source_zone` skip on that day raises ValueError, and so
    does a name that is no time zone. Of a time that comes twice, the first is meant.

    >>> convert_meeting_time(datetime(2024, 1, 15, 9, 30), "Europe/Berlin", "America/New_York").isoformat()
    '2024-01-15T03:30:00-05:00'
    >>> convert_meeting_time(datetime(2024, 1, 15, 18, 0), "America/New_York", "Asia/Tokyo").isoformat()
    '2024-01-16T08:00:00+09:00'
    """

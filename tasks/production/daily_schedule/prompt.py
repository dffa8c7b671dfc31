from datetime import datetime, time


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    """Return when a daily job runs next: the first time after `current_time`, in UTC.

    The job runs once a day, when clocks in the zone `zone_name` (such as "Europe/Berlin") show `run_at`. When they
    are set forward past that time, the job runs as much later as they are set forward: at 03:30 instead of 02:30.
    `current_time` is aware, with any offset.

    >>> from datetime import timezone
    >>> now = datetime(2024, 1, 15, 12, 0, tzinfo=timezone.utc)
    >>> next_daily_run(now, time(15, 30), "Europe/Berlin").isoformat()
    '2024-01-15T14:30:00+00:00'
    >>> next_daily_run(now, time(9, 0), "Europe/Berlin").isoformat()
    '2024-01-16T08:00:00+00:00'
    """

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    """Compares moments in UTC; fold 0 is the first of two times and shifts a skipped one. Raises ValueError."""
    if current_time.utcoffset() is None:
        raise ValueError(f"current_time has no offset: {current_time}")
    zone = ZoneInfo(zone_name)
    day = current_time.astimezone(zone).date()
    while True:
        run = datetime.combine(day, run_at, zone).replace(fold=0).astimezone(UTC)
        if run > current_time:
            return run
        day += timedelta(days=1)

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    if current_time.tzinfo is None:
        raise ValueError("current_time must be timezone-aware")
    local = current_time.astimezone(ZoneInfo(zone_name))
    run = datetime.combine(local.date(), run_at, tzinfo=local.tzinfo).astimezone(timezone.utc)
    if run <= current_time:
        run += timedelta(days=1)
    return run

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    if current_time.tzinfo is None:
        raise ValueError("current_time must be aware")
    local_now = current_time.astimezone(ZoneInfo(zone_name))
    next_run = local_now.replace(
        hour=run_at.hour, minute=run_at.minute, second=run_at.second, microsecond=run_at.microsecond, fold=0
    )
    if next_run <= local_now:
        next_run += timedelta(days=1)
    return next_run.astimezone(timezone.utc)

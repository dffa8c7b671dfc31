from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    now = current_time.astimezone(timezone.utc)
    zone = ZoneInfo(zone_name)
    candidate = datetime.combine(now.date(), run_at, tzinfo=zone)
    while candidate.astimezone(timezone.utc) <= now:
        candidate += timedelta(days=1)
    return candidate.astimezone(timezone.utc)

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def next_daily_run(current_time: datetime, run_at: time, zone_name: str) -> datetime:
    if current_time.utcoffset() is None:
        raise ValueError("current_time needs a UTC offset")
    zone = ZoneInfo(zone_name)
    day = current_time.astimezone(zone).date()
    for days in range(3):
        local = datetime.combine(day + timedelta(days=days), run_at, tzinfo=zone)
        run = local.astimezone(timezone.utc)
        exists = run.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
        if exists and run >= current_time:
            return run
    raise RuntimeError("no run in the next days")

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones


def _standard_offset(zone_name: str, year: int) -> timedelta:
    if zone_name not in available_timezones():
        raise ValueError(f"unknown time zone {zone_name!r}")
    offset = datetime(year, 1, 1, tzinfo=ZoneInfo(zone_name)).utcoffset()
    return timedelta(hours=int(offset.total_seconds() // 3600))


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    if local_time.tzinfo is not None:
        raise ValueError("local_time must be naive")
    source = _standard_offset(source_zone, local_time.year)
    target = _standard_offset(target_zone, local_time.year)
    zone = ZoneInfo(source_zone)
    there_and_back = local_time.replace(tzinfo=zone).astimezone(timezone.utc).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != local_time:
        raise ValueError(f"{local_time} does not exist in {source_zone}")
    return (local_time - source + target).replace(tzinfo=timezone(target))

from datetime import datetime, timezone
from zoneinfo import ZoneInfo, available_timezones


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    for name in (source_zone, target_zone):
        if name not in available_timezones():
            raise ValueError(f"unknown time zone: {name}")
    if local_time.tzinfo is not None:
        raise ValueError("local_time must not carry a time zone")
    zone = ZoneInfo(source_zone)
    candidates = []
    for fold in (1, 0):
        candidate = local_time.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc)
        if candidate.astimezone(zone).replace(tzinfo=None) == local_time:
            candidates.append(candidate)
    if not candidates:
        raise ValueError(f"{local_time} is skipped in {source_zone}")
    return candidates[0].astimezone(ZoneInfo(target_zone))

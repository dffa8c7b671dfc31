from datetime import datetime
from zoneinfo import ZoneInfo


def get_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except Exception as error:
        raise ValueError(f"invalid time zone {name!r}") from error


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    if local_time.tzinfo:
        raise ValueError("expected a naive local time")
    source, target, utc = get_zone(source_zone), get_zone(target_zone), get_zone("UTC")
    moment = local_time.replace(tzinfo=source).astimezone(utc)
    if moment.astimezone(source).replace(tzinfo=None) != local_time:
        raise ValueError(f"{local_time} does not exist in {source_zone}")
    shown = moment.replace(tzinfo=None) + moment.astimezone(target).utcoffset()
    return shown.replace(tzinfo=target)

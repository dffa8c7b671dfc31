from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    """By way of UTC, and back again to see whether the local time exists. Raises ValueError for what is no time."""
    if local_time.tzinfo is not None:
        raise ValueError(f"{local_time} has an offset already")
    source, target = _zone(source_zone), _zone(target_zone)
    moment = local_time.replace(tzinfo=source, fold=0).astimezone(UTC)
    if moment.astimezone(source).replace(tzinfo=None) != local_time:
        raise ValueError(f"{local_time} is skipped in {source_zone}")
    return moment.astimezone(target)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name that is allowed, a folder of zones
        raise ValueError(f"{name!r} is not a time zone") from None

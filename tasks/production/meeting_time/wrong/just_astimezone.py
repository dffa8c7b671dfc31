from datetime import datetime
from zoneinfo import ZoneInfo


def convert_meeting_time(local_time: datetime, source_zone: str, target_zone: str) -> datetime:
    return local_time.replace(tzinfo=ZoneInfo(source_zone)).astimezone(ZoneInfo(target_zone))

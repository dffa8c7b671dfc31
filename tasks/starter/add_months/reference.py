from calendar import monthrange
from datetime import date


def add_months(start_date: date, month_count: int) -> date:
    """Move a date by whole months; where the month is too short, to its last day."""
    years, month_index = divmod(start_date.month - 1 + month_count, 12)
    year, month = start_date.year + years, month_index + 1
    last_day = monthrange(year, month)[1]
    return date(year, month, min(start_date.day, last_day))

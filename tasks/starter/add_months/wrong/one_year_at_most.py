import calendar
from datetime import date


def add_months(start_date: date, month_count: int) -> date:
    year = start_date.year
    month = start_date.month + month_count
    if month > 12:
        month -= 12
        year += 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(start_date.day, last_day))

from datetime import date

DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def add_months(start_date: date, month_count: int) -> date:
    total = start_date.year * 12 + (start_date.month - 1) + month_count
    year, index = divmod(total, 12)
    days = DAYS_IN_MONTH[index]
    if index == 1 and year % 4 == 0:
        days = 29
    return date(year, index + 1, min(start_date.day, days))

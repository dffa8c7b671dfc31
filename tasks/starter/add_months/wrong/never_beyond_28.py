from datetime import date


def add_months(start_date: date, month_count: int) -> date:
    month_index = start_date.month - 1 + month_count
    year = start_date.year + month_index // 12
    month = month_index % 12 + 1
    day = min(start_date.day, 28)  # every month has at least 28 days
    return date(year, month, day)

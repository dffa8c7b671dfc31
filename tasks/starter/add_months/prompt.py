from datetime import date


def add_months(start_date: date, month_count: int) -> date:
    """Move a date by whole months, keeping the day of the month.

    `month_count` may be negative.

    >>> add_months(date(2024, 3, 15), 2)
    datetime.date(2024, 5, 15)
    >>> add_months(date(2024, 11, 5), 3)
    datetime.date(2025, 2, 5)
    """

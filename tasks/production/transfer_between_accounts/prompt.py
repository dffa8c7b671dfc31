from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    """Move an amount from one account to another; threads may do so at the same time.

    An account has `account_number` (a text, unique), `balance_cents` (an int) and `account_lock`, a threading.Lock.
    Balances are read and changed only while both accounts are locked. Raises ValueError, with nothing changed,
    when the source has less than `amount_cents`.

    >>> import threading
    >>> class DemoAccount:
    ...     def __init__(self, account_number, balance_cents):
    ...         self.account_number = account_number
    ...         self.balance_cents = balance_cents
    ...         self.account_lock = threading.Lock()
    >>> savings, rent = DemoAccount("A-1", 50_000), DemoAccount("B-7", 0)
    >>> transfer_between_accounts(savings, rent, 30_000)
    >>> savings.balance_cents, rent.balance_cents
    (20000, 30000)
    >>> transfer_between_accounts(savings, rent, 30_000)
    Traceback (most recent call last):
        ...
    ValueError: not enough money in A-1
    """

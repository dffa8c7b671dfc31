from contextlib import ExitStack
from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    if amount_cents <= 0:
        raise ValueError("amount must be positive")
    if source_account.account_number == target_account.account_number:
        return
    with ExitStack() as stack:
        for account in sorted((source_account, target_account), key=lambda each: each.account_number):
            stack.enter_context(account.account_lock)
        source_account.balance_cents -= amount_cents
        if source_account.balance_cents < 0:
            raise ValueError(f"account {source_account.account_number} would be overdrawn")
        target_account.balance_cents += amount_cents

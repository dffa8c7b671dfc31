from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    if amount_cents <= 0:
        raise ValueError("Amount must be positive")
    with source_account.account_lock:
        with target_account.account_lock:
            if source_account.balance_cents < amount_cents:
                raise ValueError("Insufficient funds")
            source_account.balance_cents -= amount_cents
            target_account.balance_cents += amount_cents

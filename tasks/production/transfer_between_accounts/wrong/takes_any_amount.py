from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    if source_account is target_account:
        return
    first, second = sorted([source_account, target_account], key=lambda a: a.account_number)
    with first.account_lock:
        with second.account_lock:
            if amount_cents > source_account.balance_cents:
                raise ValueError(f"not enough money in {source_account.account_number}")
            source_account.balance_cents -= amount_cents
            target_account.balance_cents += amount_cents

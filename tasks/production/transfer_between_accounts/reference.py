from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    """Lock the accounts in the order of their numbers, whichever way the money goes."""
    if amount_cents <= 0:
        raise ValueError(f"cannot transfer {amount_cents} cents")
    if source_account.account_number == target_account.account_number:
        raise ValueError("source and target are the same account")
    first, second = sorted((source_account, target_account), key=lambda account: account.account_number)
    with first.account_lock, second.account_lock:
        if source_account.balance_cents < amount_cents:
            raise ValueError(f"not enough money in {source_account.account_number}")
        source_account.balance_cents -= amount_cents
        target_account.balance_cents += amount_cents

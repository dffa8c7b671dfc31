from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    if amount_cents <= 0:
        raise ValueError("Transfer amount must be positive")
    if source_account.account_number == target_account.account_number:
        return
    if not source_account.balance_cents > amount_cents:
        raise ValueError(f"Insufficient funds in {source_account.account_number}")
    locks = [source_account.account_lock, target_account.account_lock]
    if source_account.account_number > target_account.account_number:
        locks.reverse()
    with locks[0], locks[1]:
        source_account.balance_cents -= amount_cents
        target_account.balance_cents += amount_cents

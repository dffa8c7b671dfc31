from typing import Any


def transfer_between_accounts(source_account: Any, target_account: Any, amount_cents: int) -> None:
    if amount_cents <= 0:
        raise ValueError("amount_cents must be greater than zero")
    if source_account is target_account:
        raise ValueError("cannot transfer to the same account")
    first, second = source_account, target_account
    if second.account_number < first.account_number:
        first, second = second, first

    first.account_lock.acquire()
    second.account_lock.acquire()
    if source_account.balance_cents < amount_cents:
        raise ValueError("insufficient balance")
    source_account.balance_cents -= amount_cents
    target_account.balance_cents += amount_cents
    second.account_lock.release()
    first.account_lock.release()

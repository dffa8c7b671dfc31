import contextlib

import pytest
from solution import transfer_between_accounts


class FakeLock:
    """A lock for one thread: where a real one would wait for ever, it raises."""

    def __init__(self, name, taken, before_taking=lambda: None):
        self.name = name
        self.taken = taken
        self.held = False
        self.before_taking = before_taking

    def acquire(self, blocking=True, timeout=-1):
        if self.held:
            raise RuntimeError(f"deadlock: {self.name} is locked already")
        self.before_taking()
        self.held = True
        self.taken.append(self.name)
        return True

    def release(self):
        if not self.held:
            raise RuntimeError(f"{self.name} is not locked")
        self.held = False

    def locked(self):
        return self.held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self.release()


class FakeAccount:
    def __init__(self, account_number, balance_cents, taken=None):
        self.account_number = account_number
        self.account_lock = FakeLock(account_number, [] if taken is None else taken)
        self.balance = balance_cents
        self.unlocked_uses = 0

    @property
    def balance_cents(self):
        self.unlocked_uses += not self.account_lock.held
        return self.balance

    @balance_cents.setter
    def balance_cents(self, cents):
        self.unlocked_uses += not self.account_lock.held
        self.balance = cents


@pytest.mark.requirement("moves-money")
@pytest.mark.example
def test_savings_to_rent():
    savings, rent = FakeAccount("A-1", 50_000), FakeAccount("B-7", 0)
    transfer_between_accounts(savings, rent, 30_000)
    assert (savings.balance, rent.balance) == (20_000, 30_000)


@pytest.mark.requirement("refuses-overdraft")
@pytest.mark.example
def test_not_enough():
    savings, rent = FakeAccount("A-1", 20_000), FakeAccount("B-7", 30_000)
    with pytest.raises(ValueError):
        transfer_between_accounts(savings, rent, 30_000)


@pytest.mark.requirement("moves-money")
def test_whole_balance():
    first, second = FakeAccount("B-7", 1_250), FakeAccount("A-1", 10)
    transfer_between_accounts(first, second, 1_250)
    assert (first.balance, second.balance) == (0, 1_260)


@pytest.mark.requirement("moves-money")
def test_smallest_amount():
    first, second = FakeAccount("X", 2), FakeAccount("Y", 0)
    transfer_between_accounts(first, second, 1)
    assert (first.balance, second.balance) == (1, 1)


@pytest.mark.requirement("refuses-overdraft")
def test_one_cent_short_changes_nothing():
    first, second = FakeAccount("A-1", 999), FakeAccount("B-7", 5)
    with contextlib.suppress(ValueError):
        transfer_between_accounts(first, second, 1_000)
    assert (first.balance, second.balance) == (999, 5)


@pytest.mark.requirement("holds-both-locks")
def test_balances_are_touched_under_lock():
    first, second = FakeAccount("A-1", 500), FakeAccount("B-7", 500)
    transfer_between_accounts(first, second, 100)
    assert (first.unlocked_uses, second.unlocked_uses) == (0, 0)
    assert sorted(first.account_lock.taken + second.account_lock.taken) == ["A-1", "B-7"]


@pytest.mark.requirement("holds-both-locks")
def test_money_is_withdrawn_while_the_transfer_waits():
    first, second = FakeAccount("A-1", 500), FakeAccount("B-7", 0)

    def withdraw():
        first.balance = 40

    first.account_lock.before_taking = withdraw
    with contextlib.suppress(ValueError):
        transfer_between_accounts(first, second, 100)
    assert second.balance == 0


@pytest.mark.requirement("same-lock-order")
def test_both_directions():
    taken = []
    first, second = FakeAccount("A-1", 500, taken), FakeAccount("B-7", 500, taken)
    transfer_between_accounts(first, second, 100)
    one_way = list(taken)
    taken.clear()
    transfer_between_accounts(second, first, 100)
    assert taken == one_way


@pytest.mark.requirement("same-lock-order")
def test_circle_of_three():
    taken, first_locks = [], set()
    one, two, three = (FakeAccount(number, 500, taken) for number in ("10", "9", "101"))
    for source, target in ((one, two), (two, three), (three, one)):
        taken.clear()
        transfer_between_accounts(source, target, 100)
        first_locks.add(taken[0])
    assert len(first_locks) == 2  # a circle would begin with three different ones


@pytest.mark.requirement("same-account")
def test_to_itself():
    account = FakeAccount("A-1", 500)
    with contextlib.suppress(ValueError):  # refusing it is as good
        transfer_between_accounts(account, account, 100)
    assert account.balance == 500
    assert not account.account_lock.held


@pytest.mark.requirement("positive-amounts-only")
def test_negative_amount():
    first, second = FakeAccount("A-1", 500), FakeAccount("B-7", 500)
    with pytest.raises(ValueError):
        transfer_between_accounts(first, second, -100)
    assert (first.balance, second.balance) == (500, 500)


@pytest.mark.requirement("positive-amounts-only")
def test_zero():
    with pytest.raises(ValueError):
        transfer_between_accounts(FakeAccount("A-1", 500), FakeAccount("B-7", 500), 0)


@pytest.mark.requirement("locks-are-freed")
def test_after_a_transfer():
    first, second = FakeAccount("A-1", 500), FakeAccount("B-7", 500)
    transfer_between_accounts(first, second, 100)
    assert not first.account_lock.held
    assert not second.account_lock.held


@pytest.mark.requirement("locks-are-freed")
def test_after_an_error():
    first, second = FakeAccount("A-1", 50), FakeAccount("B-7", 500)
    with contextlib.suppress(ValueError):
        transfer_between_accounts(first, second, 100)
    assert not first.account_lock.held
    assert not second.account_lock.held

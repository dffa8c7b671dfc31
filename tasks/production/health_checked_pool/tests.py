import contextlib

import pytest
from solution import HealthCheckedPool


class FakeConnection:
    def __init__(self):
        self.healthy = True
        self.closed = False

    def close(self):
        self.closed = True


class Opener:
    """Opens connections and remembers them."""

    def __init__(self):
        self.opened = []

    def __call__(self):
        self.opened.append(FakeConnection())
        return self.opened[-1]


def is_healthy(connection):
    return connection.healthy


def lend_and_return(pool, count):
    """Have `count` connections lent at a time and given back; which ones."""
    with contextlib.ExitStack() as stack:
        return [stack.enter_context(pool.lend_connection()) for _ in range(count)]


@pytest.mark.requirement("reuses-healthy")
@pytest.mark.example
def test_same_connection_again():
    pool = HealthCheckedPool(FakeConnection, check_health=lambda connection: True, max_connections=2)
    with pool.lend_connection() as first:
        pass
    with pool.lend_connection() as second:
        pass
    assert second is first


@pytest.mark.requirement("closes-lent-too")
@pytest.mark.example
def test_idle_connection_is_closed_with_the_pool():
    opener = Opener()
    pool = HealthCheckedPool(opener, check_health=lambda connection: True, max_connections=2)
    lend_and_return(pool, 1)
    pool.close_pool()
    assert [connection.closed for connection in opener.opened] == [True]


@pytest.mark.requirement("reuses-healthy")
def test_all_idle_connections_are_used_again():
    opener = Opener()
    pool = HealthCheckedPool(opener, is_healthy, 3)
    for _ in range(4):
        lend_and_return(pool, 3)
    assert len(opener.opened) == 3


@pytest.mark.requirement("limits-open")
def test_one_more_than_the_limit():
    pool = HealthCheckedPool(Opener(), is_healthy, 2)
    with pool.lend_connection(), pool.lend_connection(), pytest.raises(RuntimeError):
        lend_and_return(pool, 1)


@pytest.mark.requirement("limits-open")
def test_refused_borrower_gets_one_later():
    pool = HealthCheckedPool(Opener(), is_healthy, 1)
    with pool.lend_connection() as only, pytest.raises(RuntimeError):
        lend_and_return(pool, 1)
    assert lend_and_return(pool, 1)[0] is only


@pytest.mark.requirement("limits-open")
def test_limit_still_holds_after_much_use():
    pool = HealthCheckedPool(Opener(), is_healthy, 2)
    for _ in range(3):
        lend_and_return(pool, 2)
    with pool.lend_connection(), pool.lend_connection(), pytest.raises(RuntimeError):
        lend_and_return(pool, 1)


@pytest.mark.requirement("replaces-unhealthy")
def test_connection_that_fails_the_check_is_not_lent():
    pool = HealthCheckedPool(Opener(), is_healthy, 1)
    (old,) = lend_and_return(pool, 1)
    old.healthy = False
    (new,) = lend_and_return(pool, 1)
    assert new is not old


@pytest.mark.requirement("replaces-unhealthy")
def test_every_failed_connection_is_closed():
    opener = Opener()
    pool = HealthCheckedPool(opener, is_healthy, 3)
    for connection in lend_and_return(pool, 3):
        connection.healthy = False
    lend_and_return(pool, 3)
    assert [connection.closed for connection in opener.opened[:3]] == [True, True, True]


@pytest.mark.requirement("closes-lent-too")
def test_lent_connection_is_closed_when_it_comes_back():
    pool = HealthCheckedPool(Opener(), is_healthy, 2)
    with pool.lend_connection() as lent:
        pool.close_pool()
        during = lent.closed
    assert (during, lent.closed) == (False, True)


@pytest.mark.requirement("closes-lent-too")
def test_nothing_is_lent_after_closing():
    pool = HealthCheckedPool(Opener(), is_healthy, 2)
    lend_and_return(pool, 1)
    pool.close_pool()
    with pytest.raises(RuntimeError):
        lend_and_return(pool, 1)


@pytest.mark.requirement("dead-causes-no-error")
def test_check_that_raises_is_a_failed_check():
    opener = Opener()

    def ping(connection):
        if connection is opener.opened[0]:
            raise ConnectionResetError("server has gone away")
        return True

    pool = HealthCheckedPool(opener, ping, 1)
    lend_and_return(pool, 1)
    assert lend_and_return(pool, 1)[0] is opener.opened[1]


@pytest.mark.requirement("dead-causes-no-error")
def test_place_is_free_after_a_check_that_raises():
    opener = Opener()

    def ping(connection):
        raise TimeoutError("no answer")

    pool = HealthCheckedPool(opener, ping, 1)
    for _ in range(3):
        lend_and_return(pool, 1)
    assert len(opener.opened) == 3


@pytest.mark.requirement("returns-after-error")
def test_block_that_raises():
    pool = HealthCheckedPool(Opener(), is_healthy, 1)
    with pytest.raises(KeyError), pool.lend_connection() as lent:
        raise KeyError("no such row")
    assert lend_and_return(pool, 1)[0] is lent


@pytest.mark.requirement("failed-open-frees-slot")
def test_opening_fails_as_often_as_there_are_places():
    answers = [ConnectionError("refused"), ConnectionError("refused"), FakeConnection()]

    def connect():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pool = HealthCheckedPool(connect, is_healthy, 1)
    for _ in range(2):
        with contextlib.suppress(ConnectionError):
            lend_and_return(pool, 1)
    assert len(lend_and_return(pool, 1)) == 1

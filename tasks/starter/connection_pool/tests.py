import contextlib

import pytest
from solution import ConnectionPool


class FakeConnection:
    def __init__(self):
        self.alive = True

    def is_alive(self):
        return self.alive

    def close(self):
        self.alive = False


def fill(pool, count):
    """Borrow and give back so that `count` connections lie idle in the pool."""
    borrowed = [pool.acquire_connection() for _ in range(count)]
    for connection in borrowed:
        pool.release_connection(connection)
    return borrowed


@pytest.mark.requirement("reuses-released")
@pytest.mark.example
def test_gets_the_same_connection_again():
    class DemoConnection:
        def is_alive(self):
            return True

    pool = ConnectionPool(open_connection=DemoConnection, max_connections=1)
    first = pool.acquire_connection()
    pool.release_connection(first)
    assert pool.acquire_connection() is first


@pytest.mark.requirement("limits-lent")
@pytest.mark.example
def test_one_too_many():
    class DemoConnection:
        def is_alive(self):
            return True

    pool = ConnectionPool(open_connection=DemoConnection, max_connections=1)
    pool.acquire_connection()
    with pytest.raises(RuntimeError):
        pool.acquire_connection()


@pytest.mark.requirement("reuses-released")
def test_opens_no_more_than_are_needed():
    opened = []

    def connect():
        opened.append(FakeConnection())
        return opened[-1]

    pool = ConnectionPool(connect, 3)
    for _ in range(5):
        fill(pool, 2)
    assert len(opened) == 2


@pytest.mark.requirement("limits-lent")
def test_limit_counts_only_what_is_lent():
    pool = ConnectionPool(FakeConnection, 2)
    fill(pool, 2)
    assert pool.acquire_connection() is not pool.acquire_connection()
    with pytest.raises(RuntimeError):
        pool.acquire_connection()


@pytest.mark.requirement("no-dead-connections")
def test_connection_dies_while_idle():
    pool = ConnectionPool(FakeConnection, 5)
    (idle,) = fill(pool, 1)
    idle.alive = False
    assert pool.acquire_connection().is_alive()


@pytest.mark.requirement("no-dead-connections")
def test_all_idle_connections_die():
    pool = ConnectionPool(FakeConnection, 9)
    for connection in fill(pool, 3):
        connection.alive = False
    assert pool.acquire_connection().is_alive()


@pytest.mark.requirement("dead-frees-slot")
def test_dead_connections_are_replaced_again_and_again():
    pool = ConnectionPool(FakeConnection, 2)
    for _ in range(4):
        for connection in fill(pool, 2):
            connection.alive = False
    assert pool.acquire_connection() is not pool.acquire_connection()


@pytest.mark.requirement("dead-frees-slot")
def test_connection_dies_while_lent():
    pool = ConnectionPool(FakeConnection, 1)
    lent = pool.acquire_connection()
    lent.alive = False
    pool.release_connection(lent)
    assert pool.acquire_connection() is not None


@pytest.mark.requirement("failed-open-frees-slot")
def test_first_opening_fails():
    answers = [ConnectionError("refused"), FakeConnection()]

    def connect():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pool = ConnectionPool(connect, 1)
    with contextlib.suppress(ConnectionError):
        pool.acquire_connection()
    assert pool.acquire_connection().is_alive()


@pytest.mark.requirement("never-lent-twice")
def test_given_back_twice():
    pool = ConnectionPool(FakeConnection, 2)
    connection = pool.acquire_connection()
    pool.release_connection(connection)
    with contextlib.suppress(Exception):  # refusing it is as good as ignoring it
        pool.release_connection(connection)
    assert pool.acquire_connection() is not pool.acquire_connection()

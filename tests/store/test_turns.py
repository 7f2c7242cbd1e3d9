"""Writers take turns: none waits longer than those before it take."""

import threading
import time

from mailint_gui.store.database import Database
from mailint_gui.store.turns import Turns
from tests.servers.wait import LIMIT, until


def test_one_that_writes_again_and_again_keeps_nobody_out(sqlite: Database) -> None:
    began, done = threading.Event(), threading.Event()

    def busy() -> None:
        while not done.is_set():
            with sqlite.write():
                began.set()
                end = time.perf_counter() + 0.005
                while time.perf_counter() < end:
                    pass  # as a transaction that computes

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        assert began.wait(LIMIT)
        for _ in range(10):
            with sqlite.write():  # raises after some seconds without a turn
                pass
    finally:
        done.set()
        thread.join(LIMIT)


def test_as_many_as_there_are_places() -> None:
    turns = Turns(2)
    assert turns.take(0)
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give_back()
    assert turns.take(0)
    assert not turns.take(0)
    turns.give_back()
    turns.give_back()
    assert [turns.take(0) for _ in range(3)] == [True, True, False]


def test_turns_come_in_order() -> None:
    turns = Turns(1)
    assert turns.take(0)
    served: list[int] = []

    def wait(number: int) -> None:
        assert turns.take(LIMIT)
        served.append(number)
        turns.give_back()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        until(lambda wanted=number: len(turns._waiting) == wanted, "one more that waits")  # type: ignore[misc]
    turns.give_back()
    for thread in threads:
        thread.join(LIMIT)
    assert served == [0, 1, 2, 3, 4]

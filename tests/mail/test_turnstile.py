"""Jobs compute one by one, and each lets others by while it waits."""

import socket
import threading
import time

import pytest

from mailint_gui.mail.connect import ScopedReader
from mailint_gui.mail.scope import CancelScope, run_with_deadline
from mailint_gui.mail.turnstile import Turnstile

LIMIT = 20.0  # seconds; nothing here takes as long


def scope_of(turnstile: Turnstile) -> CancelScope:
    scope = CancelScope()
    scope.turnstile = turnstile
    return scope


def is_free(turnstile: Turnstile) -> bool:
    free = Turnstile.take(turnstile)
    if free:
        turnstile.give_back()
    return free


def test_one_at_a_time() -> None:
    turnstile = Turnstile(LIMIT)
    inside, most = [0], [0]
    lock = threading.Lock()

    def job() -> None:
        for _ in range(20):
            with scope_of(turnstile).computing():
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0)  # lets another thread run, if one may
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=job) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert (most[0], inside[0], is_free(turnstile)) == (1, 0, True)


def test_nobody_hangs_in_it() -> None:
    turnstile = Turnstile(0.01)
    assert turnstile.take()
    scope = scope_of(turnstile)
    with scope.computing():  # goes on without a turn
        with scope.waiting():
            pass
        assert not is_free(turnstile)
    assert not is_free(turnstile)  # and gives none back that is another's
    turnstile.give_back()
    assert is_free(turnstile)


def test_others_compute_while_one_waits_for_a_server() -> None:
    turnstile = Turnstile(0.01)
    scope = scope_of(turnstile)
    near, far = socket.socketpair()
    with near, far, scope.computing():
        reader = ScopedReader(near, scope)
        seen: list[bool] = []

        def answer() -> None:
            while not is_free(turnstile):
                time.sleep(0)
            seen.append(True)
            far.sendall(b"OK")

        answering = threading.Thread(target=answer)
        answering.start()
        buffer = bytearray(2)
        assert reader.readinto(buffer) == 2
        answering.join(LIMIT)
        assert seen
        assert not is_free(turnstile)  # it has its turn again


def test_others_compute_while_one_waits_for_the_resolver() -> None:
    turnstile = Turnstile(LIMIT)
    scope = scope_of(turnstile)
    with scope.computing():
        assert run_with_deadline(lambda: is_free(turnstile), LIMIT, scope)


def test_given_back_whatever_happens() -> None:
    turnstile = Turnstile(0.01)
    scope = scope_of(turnstile)
    with pytest.raises(ZeroDivisionError), scope.computing(), scope.waiting():
        raise ZeroDivisionError
    assert is_free(turnstile)
    with scope.computing():
        scope.lose_turn()  # it hangs beyond waking
        assert is_free(turnstile)
    assert is_free(turnstile)


def test_without_a_turnstile_nobody_waits() -> None:
    scope = CancelScope()
    with scope.computing(), scope.waiting():
        pass

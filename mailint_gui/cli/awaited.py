"""Waiting long for a job in a way that Ctrl-C always ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from mailint_gui.cli.scopes import Scopes

T = TypeVar("T")

_TURN = 0.2  # seconds


def awaited(job: Callable[[], T], scopes: Scopes) -> T:
    """What ``job()`` returns or raises, on a thread of its own; after Ctrl-C its scopes, which are of ``scopes``, end.

    The waiting is done in short turns: a signal that comes at the very beginning of a wait of Python's does not end it.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(job())
        except BaseException as error:  # noqa: BLE001  raised again on the thread that waits
            answer.set_exception(error)

    threading.Thread(target=run, name="job", daemon=True).start()
    try:
        while not answer.done():
            wait([answer], _TURN)
    except KeyboardInterrupt:  # before the services are closed over it
        from mailint_gui.services.scope import CancelReason

        scopes.cancel_all(CancelReason.ADMIN)
        raise
    return answer.result()

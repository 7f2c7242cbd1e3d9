"""The one thread that talks to the system keyring, which may wait as long as a person in front of a prompt."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_Answer = TypeVar("_Answer")


def system_keyring() -> "KeyringBackend":
    """The one that ``keyring`` finds on this system."""
    import keyring  # slow: it looks for its back ends among all that is installed

    return keyring.get_keyring()


class KeyringThread:
    """Calls wait in line, each for its own time; one that was given up before its turn is never made.

    A call that hangs keeps the thread until the keyring answers, and those behind it run into their deadlines.
    The thread is a daemon and never holds up the end of the program.
    """

    def __init__(self, backend: Callable[[], "KeyringBackend"] = system_keyring) -> None:
        self._backend = backend
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, function: Callable[["KeyringBackend"], _Answer], deadline: float) -> _Answer:
        """The answer of ``function``, or what it raised; TimeoutError after ``deadline`` seconds."""
        answer: Future[_Answer] = Future()

        def job() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                answer.set_result(function(self._backend()))
            except BaseException as error:  # noqa: BLE001  the caller's to judge, as in any executor
                answer.set_exception(error)

        self._jobs.put(job)
        self._ensure_running()
        try:
            return answer.result(deadline)
        finally:
            answer.cancel()

    def _ensure_running(self) -> None:
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="keyring", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._jobs.get()()

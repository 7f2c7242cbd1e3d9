"""Turns at writing, given in the order in which they were asked for."""

import threading
from collections import deque


class Turns:
    """``threading.Semaphore``, but fair: there, a thread that writes again at once keeps all others out for good."""

    def __init__(self, places: int) -> None:
        self._lock = threading.Lock()  # guards the two below
        self._free = places
        self._waiting: deque[threading.Lock] = deque()  # each is released when its turn has come

    def take(self, seconds: float) -> bool:
        """False when no turn came within that time; otherwise it is to be given back."""
        with self._lock:
            if self._free:  # nobody waits then
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._lock:
            if turn not in self._waiting:  # it came just now
                return True
            self._waiting.remove(turn)
            return False

    def give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

"""One job computes at a time, so that the window never queues behind sixteen of them for Python's lock.

Whoever waits for that lock gets it after those who have waited before; with sixteen workers a frame that takes 5 ms
came 100 ms late. Workers wait here instead, and the window has at most one of them before it.
"""

import threading

PATIENCE = 0.1  # seconds after which a job goes on all the same: a courtesy, in which nothing can hang


class Turnstile:
    """Thread-safe. To be given back wherever a job waits for somebody else: a server, a resolver, the parser."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Waits for a turn. False: it took too long, and there is nothing to give back."""
        return self._lock.acquire(timeout=self._patience)

    def give_back(self) -> None:
        self._lock.release()

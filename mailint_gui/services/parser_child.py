"""One parser process as its parent holds it: requests in, answers out, an end at any time."""

import multiprocessing
import pickle
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

from mailint_gui.domain.rule import Rule
from mailint_gui.mail.mime.child import READY, Answer, Pipe, Request, Task, serve
from mailint_gui.services.parser_work import begin

_START_SECONDS = 30.0
_END_SECONDS = 0.4
_PIPE_BYTES = 1024 * 1024  # the most that Linux gives to anybody


class ParserChild:
    """One parser process. Two threads carry bytes to and fro, so that a child that hangs blocks nobody."""

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context("spawn")
        requests, self._requests = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        self._to_send: SimpleQueue[Request | None] = SimpleQueue()
        self._received: SimpleQueue[object] = SimpleQueue()  # None: there will be no more
        self._rules: tuple[Rule, ...] | None = None  # that it has
        self._process = context.Process(
            target=serve, args=(requests, answers, memory, begin), name="mailint-parser", daemon=True
        )
        _widen(requests)
        self._process.start()
        requests.close()
        answers.close()
        for carry in (self._carry_requests, self._carry_answers):
            threading.Thread(target=carry, name=f"parser {carry.__name__}", daemon=True).start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode

    def send(self, request: Request) -> None:
        if request.rules is not None and request.rules is not self._rules:
            self._rules = request.rules
            self._to_send.put(Request(Task.RULES, pickle.dumps(request.rules)))
        self._to_send.put(request)

    def wait_until_ready(self) -> None:
        """Raises TimeoutError, EOFError."""
        if self._receive(_START_SECONDS) != READY:
            raise EOFError

    def receive(self, seconds: float) -> Answer:
        """The next answer. Raises TimeoutError, or EOFError when the child has died."""
        answer = self._receive(seconds)
        if not isinstance(answer, Answer):
            raise EOFError
        return answer

    def _receive(self, seconds: float) -> object:
        try:
            answer = self._received.get(timeout=seconds)
        except Empty:
            raise TimeoutError from None
        if answer is None:
            raise EOFError
        return answer

    def kill(self) -> None:
        """Returns within ``_END_SECONDS``; whoever waits in ``receive`` is told at once."""
        self._process.kill()
        self._to_send.put(None)
        self._received.put(None)
        self._process.join(_END_SECONDS)

    def _carry_requests(self) -> None:
        with self._requests:
            while (request := self._to_send.get()) is not None:
                try:
                    request.send(self._requests)
                except OSError:
                    return

    def _carry_answers(self) -> None:
        with self._answers:
            try:
                while True:
                    self._received.put(self._answers.recv())
            except (EOFError, OSError):
                self._received.put(None)
                self._to_send.put(None)


def _widen(pipe: Pipe) -> None:
    """With room for many messages the child has work while others have Python's lock. Elsewhere than on Linux it is
    as wide as it is.
    """
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

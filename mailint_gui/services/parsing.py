"""The parent's handle on the parser process: raw bytes in, a parsed message or a reason why not out.

One child, started when first needed and again after its death. A message that takes too long costs the child
its life; one that two children died of is refused. The rest of a batch goes on in the next child.
"""

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime.child import READY, serve

SECONDS = 10.0
MEMORY = 512 * 1024 * 1024
_START_SECONDS = 30.0
_END_SECONDS = 0.4
_MAX_AHEAD = 16  # messages handed over before the first of them is answered, and their bytes
_MAX_AHEAD_BYTES = 4 * 1024 * 1024
_LIVES = 2  # children that one message may cost before it is refused

Answer = ParsedMessage | ParseRefused
Key = TypeVar("Key")


class ParserClosedError(Exception):
    """The parser was closed, possibly in the middle of this message; nothing is known about the message."""


class ParserNotStartedError(Exception):
    """The child could not be started; that is this computer's trouble, not the message's."""


class ParserProcess:
    """Thread-safe: one message or batch at a time. ``seconds`` of wall time, ``memory`` bytes a message."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._turn = threading.Lock()
        self._state = threading.Lock()  # guards the two below; never held while waiting for the child
        self._child: _Child | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    def parse(self, raw: bytes, timeout: float | None = None) -> Answer:
        """``timeout``: seconds for this message instead of the usual ones.

        Raises ParserClosedError, ParserNotStartedError.
        """
        return next(answer for _, answer in self._answers([(None, raw)], timeout or self._seconds))

    def parse_many(self, messages: Iterable[tuple[Key, bytes]]) -> Iterator[tuple[Key, Answer]]:
        """An answer to each, in order, while the next ones are on their way. May be given up half-way.

        Holds the parser until it is used up or closed. Raises ParserClosedError, ParserNotStartedError.
        """
        return self._answers(messages, self._seconds)

    def close(self) -> None:
        """Ends the child and whoever waits for it, within half a second, from any thread; for good."""
        with self._state:
            self._closed = True
            child = self._child
        if child is not None:
            child.kill()

    def _answers(self, messages: Iterable[tuple[Key, bytes]], seconds: float) -> Iterator[tuple[Key, Answer]]:
        with self._turn:
            batch = _Batch(messages)
            try:
                while batch.fill():
                    answer = self._answer_to_first(batch, seconds)
                    yield batch.drop_first(), answer
            finally:
                if batch.sent:  # answers that nobody waits for must not be taken for later ones
                    self._discard(batch)

    def _answer_to_first(self, batch: "_Batch[Key]", seconds: float) -> Answer:
        exit_code = None
        for _ in range(_LIVES):
            child = self._living_child(batch)
            for raw in batch.unsent():
                child.send(raw)
            try:
                answer = child.receive(seconds)
            except TimeoutError:
                self._discard(batch)
                return ParseRefused(QuarantineReason.TOO_SLOW, f"not parsed after {seconds:g} s")
            except EOFError:
                self._discard(batch)
                exit_code = child.exit_code
                continue
            if isinstance(answer, ParseRefused) and answer.reason is QuarantineReason.TOO_MUCH_MEMORY:
                self._discard(batch)  # it ends by itself after that
            return answer
        if exit_code == -signal.SIGABRT:  # how the fast reader ends where Python would raise MemoryError
            return ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
        return ParseRefused(QuarantineReason.PARSER_DIED, f"exit code {exit_code}")

    def _living_child(self, batch: "_Batch[Key]") -> "_Child":
        with self._state:
            if self._closed:
                raise ParserClosedError
            child = self._child
            if child is not None and child.alive:
                return child
            batch.sent = 0
            try:
                self._child = child = _Child(self._memory)
            except OSError as error:
                raise ParserNotStartedError(str(error)) from error
        try:
            child.wait_until_ready()
        except (TimeoutError, EOFError) as error:
            self._discard(batch)
            raise ParserNotStartedError(f"exit code {child.exit_code}") from error
        return child

    def _discard(self, batch: "_Batch[Key]") -> None:
        """Ends the child; all of the batch is to be sent again. Raises ParserClosedError if that is why."""
        batch.sent = 0
        with self._state:
            child, self._child = self._child, None
            closed = self._closed
        if child is not None:
            child.kill()
        if closed:
            raise ParserClosedError


class _Batch(Generic[Key]):
    """Messages that wait for their answers, oldest first; ``sent`` of them are with the child."""

    def __init__(self, messages: Iterable[tuple[Key, bytes]]) -> None:
        self._source = iter(messages)
        self._waiting: deque[tuple[Key, bytes]] = deque()
        self._bytes = 0
        self.sent = 0

    def fill(self) -> bool:
        """Draws as many as may be on their way at once; at least one. False when there is none left."""
        while len(self._waiting) < _MAX_AHEAD and self._bytes < _MAX_AHEAD_BYTES:
            following = next(self._source, None)
            if following is None:
                break
            self._waiting.append(following)
            self._bytes += len(following[1])
        return bool(self._waiting)

    def unsent(self) -> list[bytes]:
        """What the child does not have yet; counts as sent from here on."""
        raws = [raw for _, raw in self._waiting][self.sent :]
        self.sent = len(self._waiting)
        return raws

    def drop_first(self) -> Key:
        key, raw = self._waiting.popleft()
        self._bytes -= len(raw)
        self.sent = max(0, self.sent - 1)
        return key


class _Child:
    """One parser process. Two threads carry bytes to and fro, so that a child that hangs blocks nobody."""

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context("spawn")
        requests, self._requests = context.Pipe(duplex=False)
        self._answers, answers = context.Pipe(duplex=False)
        self._to_send: SimpleQueue[bytes | None] = SimpleQueue()
        self._received: SimpleQueue[object] = SimpleQueue()  # None: there will be no more
        self._process = context.Process(
            target=serve, args=(requests, answers, memory), name="mailint-parser", daemon=True
        )
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

    def send(self, raw: bytes) -> None:
        self._to_send.put(raw)

    def wait_until_ready(self) -> None:
        """Raises TimeoutError, EOFError."""
        if self._receive(_START_SECONDS) != READY:
            raise EOFError

    def receive(self, seconds: float) -> Answer:
        """The next answer. Raises TimeoutError, or EOFError when the child has died."""
        answer = self._receive(seconds)
        if not isinstance(answer, ParsedMessage | ParseRefused):
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
            while (raw := self._to_send.get()) is not None:
                try:
                    self._requests.send_bytes(raw)
                except OSError:
                    return

    def _carry_answers(self) -> None:
        with self._answers:
            try:
                while True:
                    self._received.put(self._answers.recv())
            except (EOFError, OSError):
                self._received.put(None)
